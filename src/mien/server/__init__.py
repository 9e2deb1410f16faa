"""The online classroom's server: routes → actions → database. Needs the extra ``server``."""
