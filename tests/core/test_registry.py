import pytest

from core.registry import Registry


def test_a_key_cannot_be_registered_twice() -> None:
    registry: Registry[str, int] = Registry("numbers")
    registry.register("one", 1)
    with pytest.raises(ValueError, match="numbers: 'one' is registered twice"):
        registry.register("one", 2)
    assert registry["one"] == 1


def test_an_unknown_key_names_the_registry() -> None:
    with pytest.raises(LookupError, match="numbers: nothing is registered for 'two'"):
        Registry[str, int]("numbers")["two"]
