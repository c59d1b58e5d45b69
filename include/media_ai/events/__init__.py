"""What services tell us unasked: verified at the door, kept once, and taken for hints whose truth is asked for."""
