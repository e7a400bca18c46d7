package io.nesteddocker.internal;

import java.io.IOException;
import java.io.OutputStream;

/** An output that is written in blocks; a single byte is a block of one. */
public abstract class BlockOutput extends OutputStream {

    @Override
    public void write(int oneByte) throws IOException {
        write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public abstract void write(byte[] buffer, int offset, int length) throws IOException;
}
