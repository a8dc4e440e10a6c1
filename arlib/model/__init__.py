"""The vocabulary every other room speaks: tables, money, policy, portfolio, issues."""
