package io.tacit.protocol.audit;

/** The linear function of some features that fits values best: normal equations, solved by Cholesky's decomposition. */
final class LeastSquares {
    private final double[] weights;

    /**
     * @param features one row a sample, as many samples as features at least
     * @param values one a sample
     */
    LeastSquares(double[][] features, double[] values) {
        int n = features[0].length;
        double[][] normal = new double[n][n];
        double[] right = new double[n];
        for (int s = 0; s < features.length; s++) {
            for (int i = 0; i < n; i++) {
                right[i] += features[s][i] * values[s];
                for (int j = 0; j <= i; j++) {
                    normal[i][j] += features[s][i] * features[s][j];
                }
            }
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = normal[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= normal[i][k] * normal[j][k];
                }
                normal[i][j] = i == j ? Math.sqrt(Math.max(sum, Double.MIN_NORMAL)) : sum / normal[j][j];
            }
        }
        weights = right;
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < i; k++) {
                weights[i] -= normal[i][k] * weights[k];
            }
            weights[i] /= normal[i][i];
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int k = i + 1; k < n; k++) {
                weights[i] -= normal[k][i] * weights[k];
            }
            weights[i] /= normal[i][i];
        }
    }

    double at(double[] features) {
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * features[i];
        }
        return sum;
    }
}
