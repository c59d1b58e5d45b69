"""ApsaraVideo VOD, version 2017-03-21."""
