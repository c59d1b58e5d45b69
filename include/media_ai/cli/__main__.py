"""`python -m media_ai.cli`, the same as `media-ai`."""

from media_ai.cli.entry import main

if __name__ == "__main__":
    main()
