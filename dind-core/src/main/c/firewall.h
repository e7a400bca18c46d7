/* Stands in for iptables or ip6tables, whichever the path ends with; gives the exit code. */
int firewall(const char *path, int count, char **words);
