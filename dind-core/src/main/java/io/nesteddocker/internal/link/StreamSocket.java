package io.nesteddocker.internal.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** Makes a stream look like a connected socket, which is what the JDK puts TLS on. */
final class StreamSocket extends Socket {

    private final DaemonConnection stream;

    StreamSocket(DaemonConnection stream) {
        this.stream = stream;
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public InputStream getInputStream() {
        return stream.input();
    }

    @Override
    public OutputStream getOutputStream() {
        return stream.output();
    }

    @Override
    public void shutdownOutput() throws IOException {
        stream.closeOutput();
    }

    /** Streams know no such time. */
    @Override
    public void setSoTimeout(int timeout) {}

    @Override
    public int getSoTimeout() {
        return 0;
    }

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public synchronized void close() throws IOException {
        stream.close();
    }
}
