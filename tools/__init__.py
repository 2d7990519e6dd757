"""The commands behind `make`: each file says one thing."""
