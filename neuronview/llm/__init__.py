"""Language models that explain and simulate: what is asked of them, and the endpoints that answer.

Knows neither neurons nor prompts. An endpoint is anything that answers the requests of `calls`; a `Desk` puts a
cache, a ledger, a budget and a limit on concurrency in front of one.
"""
