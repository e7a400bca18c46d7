package io.nesteddocker.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PrivateKeysTest {

    private static final byte[] P256 = DerWriter.oid("1.2.840.10045.3.1.7");

    @Test
    void readsPkcs8OfEachAlgorithm() throws Exception {
        for (PrivateKey key : new PrivateKey[] {rsa(), ec(), ed25519()}) {
            assertThat(PrivateKeys.read(Pem.write("PRIVATE KEY", key.getEncoded())))
                    .isEqualTo(key);
        }
    }

    @Test
    void readsPkcs1() throws Exception {
        RSAPrivateCrtKey key = rsa();
        byte[] pkcs1 = DerWriter.sequence(
                DerWriter.integer(0),
                DerWriter.integer(key.getModulus()),
                DerWriter.integer(key.getPublicExponent()),
                DerWriter.integer(key.getPrivateExponent()),
                DerWriter.integer(key.getPrimeP()),
                DerWriter.integer(key.getPrimeQ()),
                DerWriter.integer(key.getPrimeExponentP()),
                DerWriter.integer(key.getPrimeExponentQ()),
                DerWriter.integer(key.getCrtCoefficient()));
        assertThat(PrivateKeys.read(Pem.write("RSA PRIVATE KEY", pkcs1))).isEqualTo(key);
    }

    @Test
    void readsSec1ThatNamesItsCurve() throws Exception {
        ECPrivateKey key = ec();
        byte[] sec1 = DerWriter.sequence(
                DerWriter.integer(1), DerWriter.octets(secret(key)), DerWriter.explicit(0, P256), publicPart());
        assertThat(secret((ECPrivateKey) PrivateKeys.read(Pem.write("EC PRIVATE KEY", sec1))))
                .isEqualTo(secret(key));
    }

    @Test
    void readsSec1AfterABlockThatNamesItsCurve() throws Exception {
        ECPrivateKey key = ec();
        byte[] sec1 = DerWriter.sequence(DerWriter.integer(1), DerWriter.octets(secret(key)));
        byte[] file = DerWriter.concat(Pem.write("EC PARAMETERS", P256), Pem.write("EC PRIVATE KEY", sec1));
        assertThat(secret((ECPrivateKey) PrivateKeys.read(file))).isEqualTo(secret(key));
    }

    @Test
    void refusesSec1WithoutACurve() throws Exception {
        byte[] sec1 = DerWriter.sequence(DerWriter.integer(1), DerWriter.octets(secret(ec())));
        assertRefused(Pem.write("EC PRIVATE KEY", sec1), "it does not name its curve");
    }

    @Test
    void refusesSec1ThatIsCutOff() {
        assertRefused(Pem.write("EC PRIVATE KEY", new byte[] {0x30, 0x20, 0x02, 0x01, 0x01, 0x04}), "is cut off");
    }

    @Test
    void refusesEncryptedKeys() {
        assertRefused(Pem.write("ENCRYPTED PRIVATE KEY", new byte[] {0x30, 0x00}), "it is encrypted");
        assertRefused(
                ("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES,00\n\nAAAA\n"
                                + "-----END RSA PRIVATE KEY-----\n")
                        .getBytes(StandardCharsets.US_ASCII),
                "it is encrypted");
    }

    @Test
    void refusesAFileWithoutAKey() {
        assertRefused(Pem.write("CERTIFICATE", new byte[] {0x30, 0x00}), "it holds no private key");
    }

    @Test
    void refusesAKeyOfAnUnknownKindWithoutQuotingIt() {
        byte[] pem = Pem.write(
                "PRIVATE KEY", DerWriter.sequence(DerWriter.octets("secret".getBytes(StandardCharsets.US_ASCII))));
        assertThatThrownBy(() -> PrivateKeys.read(pem))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("neither an RSA nor an EC nor an Ed25519 key")
                .hasMessageNotContaining("secret");
    }

    private static void assertRefused(byte[] pem, String reason) {
        assertThatThrownBy(() -> PrivateKeys.read(pem))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Tried to read the client key (key.pem) but ")
                .hasMessageContaining(reason);
    }

    private static RSAPrivateCrtKey rsa() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return (RSAPrivateCrtKey) generator.generateKeyPair().getPrivate();
    }

    private static ECPrivateKey ec() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        return (ECPrivateKey) pair.getPrivate();
    }

    private static PrivateKey ed25519() throws Exception {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
    }

    private static byte[] secret(ECPrivateKey key) {
        byte[] bytes = key.getS().toByteArray();
        byte[] fixed = new byte[32];
        int count = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - count, fixed, 32 - count, count);
        return fixed;
    }

    /** Returns a public key of arbitrary bytes, because readers skip it. */
    private static byte[] publicPart() {
        byte[] point = new byte[65];
        Arrays.fill(point, BigInteger.TEN.byteValue());
        return DerWriter.explicit(1, DerWriter.bits(point));
    }
}
