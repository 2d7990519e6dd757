"""How fast it is beside a floor, at two sizes of data: `make bench`."""
