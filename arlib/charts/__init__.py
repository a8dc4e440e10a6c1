"""Charts: a view in, a Plotly figure out. Only this room knows Plotly, colours and orders."""
