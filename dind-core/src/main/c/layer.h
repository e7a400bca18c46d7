/* Makes a layer's archive or links its files, for the arguments of "layer"; gives the exit code. */
int layer(int count, char **words);
