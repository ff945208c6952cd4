"""Contracts: numbers, states, terms, the claims behind them, their ends and successors."""
