package io.tacit.client.wire;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority for tests, which also issues certificates that a real one would not. */
final class TestAuthority {
    private final KeyPair keys;
    private final X509Certificate certificate;
    private long serial = 1;

    TestAuthority(String name) {
        keys = newKeys();
        Instant now = Instant.now();
        certificate = issue(name, name, keys, now.minus(Duration.ofDays(400)), now.plus(Duration.ofDays(400)), true);
    }

    /** A good certificate for a role. */
    Identity identity(String role) {
        Instant now = Instant.now();
        return identity(role, now.minus(Duration.ofHours(1)), now.plus(Duration.ofDays(1)));
    }

    Identity identity(String role, Instant from, Instant until) {
        KeyPair own = newKeys();
        String issuer = certificate.getSubjectX500Principal().getName().substring(3);
        return new Identity(own.getPrivate(), issue(issuer, role, own, from, until, false), certificate);
    }

    private X509Certificate issue(
            String issuer, String subject, KeyPair of, Instant from, Instant until, boolean authority) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    new X500Principal("CN=" + issuer),
                    BigInteger.valueOf(serial++),
                    Date.from(from),
                    Date.from(until),
                    new X500Principal("CN=" + subject),
                    of.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
