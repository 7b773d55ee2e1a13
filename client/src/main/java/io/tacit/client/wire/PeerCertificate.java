package io.tacit.client.wire;

import io.tacit.client.deployment.Sha256;
import io.tacit.crypto.channel.AbortReason;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/** The judgement of a peer's certificate: its issuer, its time, and that it is one of its role. */
final class PeerCertificate {
    private PeerCertificate() {}

    /** The certificate that the peer has shown in the finished handshake. */
    static X509Certificate of(SSLSocket secured) throws Hello.Refused {
        try {
            if (secured.getSession().getPeerCertificates()[0] instanceof X509Certificate certificate) {
                return certificate;
            }
        } catch (SSLPeerUnverifiedException e) {
            // no certificate: refused below
        }
        throw new Hello.Refused(AbortReason.CERTIFICATE_REFUSED);
    }

    /**
     * Issued by the authority, and valid now, authority included.
     *
     * @throws Hello.Refused with CERTIFICATE_UNTRUSTED or CERTIFICATE_EXPIRED
     */
    static void checkIssue(X509Certificate certificate, X509Certificate authority, Instant now) throws Hello.Refused {
        try {
            if (!certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal())
                    || authority.getBasicConstraints() < 0
                    || certificate.getBasicConstraints() >= 0) {
                throw new Hello.Refused(AbortReason.CERTIFICATE_UNTRUSTED);
            }
            certificate.verify(authority.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new Hello.Refused(AbortReason.CERTIFICATE_UNTRUSTED);
        }
        try {
            certificate.checkValidity(Date.from(now));
            authority.checkValidity(Date.from(now));
        } catch (CertificateExpiredException | CertificateNotYetValidException e) {
            throw new Hello.Refused(AbortReason.CERTIFICATE_EXPIRED);
        }
    }

    /**
     * One of the certificates that may act in the role.
     *
     * @throws Hello.Refused with CERTIFICATE_REFUSED
     */
    static void checkRole(Sha256 fingerprint, List<Sha256> certificates) throws Hello.Refused {
        boolean known = false;
        for (Sha256 certificate : certificates) {
            known |= Identity.same(certificate, fingerprint);
        }
        if (!known) {
            throw new Hello.Refused(AbortReason.CERTIFICATE_REFUSED);
        }
    }
}
