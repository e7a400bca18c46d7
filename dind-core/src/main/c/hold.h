/* Lets one program at a time hold a daemon, for the arguments of "hold"; gives the exit code. */
int hold(int count, char **words);
