package io.tacit.client.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.3 with a certificate on each side. The handshake proves that each side holds the key of the certificate that it
 * shows; whether it is the right certificate is judged directly afterwards by {@link PeerCertificate}, before a byte of
 * content is taken, so that a refused peer is told which of the reasons it was.
 */
final class Tls {
    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final String[] SUITES = {
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"
    };

    private final Identity identity;

    Tls(Identity identity) {
        this.identity = identity;
    }

    /** The dialling side's end over a connected socket. */
    SSLSocket client(Socket plain) throws IOException {
        String host = plain.getInetAddress().getHostAddress();
        SSLSocket socket = (SSLSocket)
                context().getSocketFactory().createSocket(new ReadAheadSocket(plain), host, plain.getPort(), true);
        return configured(socket, true);
    }

    /**
     * The listening side's end over an accepted socket.
     *
     * @param consumed what has already been read from the socket
     */
    SSLSocket server(Socket plain, InputStream consumed) throws IOException {
        SSLSocket socket =
                (SSLSocket) context().getSocketFactory().createSocket(new ReadAheadSocket(plain), consumed, true);
        return configured(socket, false);
    }

    private static SSLSocket configured(SSLSocket socket, boolean client) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setCipherSuites(SUITES);
        parameters.setUseCipherSuitesOrder(true);
        parameters.setNeedClientAuth(true);
        socket.setSSLParameters(parameters);
        socket.setUseClientMode(client);
        return socket;
    }

    /** Whether a connection failed only because it broke below TLS: nothing arrived that was not sent. */
    static boolean isLost(IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof EOFException
                    || cause instanceof SocketException
                    || cause instanceof ClosedChannelException) {
                return true;
            }
        }
        return !(failure instanceof SSLException);
    }

    /** One context a connection: nothing is resumed, every connection proves both keys afresh. */
    private SSLContext context() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(new KeyManager[] {new OneKey(identity)}, new TrustManager[] {new JudgedAfterwards()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("this Java platform has no TLS 1.3", e);
        }
    }

    /** Leaves the judgement of the peer's certificate to {@link PeerCertificate}, after the handshake. */
    private static final class JudgedAfterwards extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Shows the one certificate, whatever the peer asks for. */
    private static final class OneKey extends X509ExtendedKeyManager {
        private static final String ALIAS = "tacit";
        private final Identity identity;

        OneKey(Identity identity) {
            this.identity = identity;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public @Nullable String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return ecdsaAlias(keyTypes);
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return ecdsaAlias(keyType);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {identity.certificate()};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return identity.key();
        }

        private static @Nullable String ecdsaAlias(String... keyTypes) {
            for (String keyType : keyTypes) {
                if (keyType.startsWith("EC")) {
                    return ALIAS;
                }
            }
            return null;
        }
    }
}
