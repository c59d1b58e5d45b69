"""Security Token Service (STS), version 2015-04-01."""
