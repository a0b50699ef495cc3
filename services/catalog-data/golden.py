def checks(a,b): return []
