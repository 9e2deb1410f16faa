"""Pure figures over arrays; each states its formula, shape and range."""
