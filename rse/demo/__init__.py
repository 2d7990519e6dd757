"""The demo administration: a fictitious ministry, its people, communities and conversations, the same each time.

What people say lies in `data/`, to be read and corrected without knowing Python. Each module here writes one floor of
it; `build` runs them in order. A later app joins by a module of its own and a line in `build.FLOORS`.
"""
