package io.tacit.model.onnx;

/** Element types of ONNX tensors. */
enum ElementType {
    OTHER(0, 0, false),
    FLOAT(1, 4, true),
    UINT8(2, 1, false),
    INT8(3, 1, false),
    UINT16(4, 2, false),
    INT16(5, 2, false),
    INT32(6, 4, false),
    INT64(7, 8, false),
    STRING(8, 0, false),
    BOOL(9, 1, false),
    FLOAT16(10, 2, true),
    DOUBLE(11, 8, true),
    UINT32(12, 4, false),
    UINT64(13, 8, false),
    BFLOAT16(16, 2, true);

    private final int code;
    private final int sizeBytes;
    private final boolean floating;

    ElementType(int code, int sizeBytes, boolean floating) {
        this.code = code;
        this.sizeBytes = sizeBytes;
        this.floating = floating;
    }

    /** The type with a code of the file; {@link #OTHER} if it is none that networks need. */
    static ElementType of(long code) {
        for (ElementType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        return OTHER;
    }

    int code() {
        return code;
    }

    /** Bytes of one element where the file has them raw. */
    int sizeBytes() {
        return sizeBytes;
    }

    boolean isFloating() {
        return floating;
    }
}
