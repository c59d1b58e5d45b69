import { Component, type ReactNode } from "react";
import { Box } from "@chakra-ui/react";
import { Problem } from "../api/problem";
import { ProblemNote } from "./states";

/** Keep one broken page from taking the others with it. */
export class Guarded extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    const text = this.state.error instanceof Error ? this.state.error.message : String(this.state.error);
    return (
      <Box p={4}>
        <ProblemNote problem={new Problem(-1, text)} retry={() => this.setState({ error: undefined })} />
      </Box>
    );
  }
}
