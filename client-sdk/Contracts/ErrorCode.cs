using NearData.Contracts.Grpc;

namespace NearData.Contracts;

/// <summary>
/// A reason why a call failed that programs may rely on. Its name travels in the trailer <c>neardata-error-code</c>
/// and never changes; new reasons get new names.
/// </summary>
public sealed class ErrorCode
{
    private ErrorCode(string name, GrpcStatusCode status)
    {
        Name = name;
        Status = status;
    }

    /// <summary>The name on the wire: lower-case words joined by hyphens.</summary>
    public string Name { get; }

    /// <summary>The gRPC status that every failure with this code has.</summary>
    public GrpcStatusCode Status { get; }

    /// <summary>A field of the request has no meaning.</summary>
    public static ErrorCode InvalidArgument { get; } = new("invalid-argument", GrpcStatusCode.InvalidArgument);

    /// <summary>The bytes given as a program are no ELF eBPF object.</summary>
    public static ErrorCode NotAnObject { get; } = new("not-an-object", GrpcStatusCode.InvalidArgument);

    /// <summary>The program asks for something outside the contract, or the verifier could not prove it safe.</summary>
    public static ErrorCode ProgramRejected { get; } = new("program-rejected", GrpcStatusCode.InvalidArgument);

    /// <summary>No program with this identifier is loaded: load it (again).</summary>
    public static ErrorCode ProgramNotFound { get; } = new("program-not-found", GrpcStatusCode.NotFound);

    /// <summary>The program has no map of this name.</summary>
    public static ErrorCode MapNotFound { get; } = new("map-not-found", GrpcStatusCode.NotFound);

    /// <summary>The map doesn't take the change, or can't be read: the message has the kernel's name of the reason.</summary>
    public static ErrorCode MapRefused { get; } = new("map-refused", GrpcStatusCode.FailedPrecondition);

    /// <summary>The map was changed since its first page was read: read it anew.</summary>
    public static ErrorCode MapChanged { get; } = new("map-changed", GrpcStatusCode.Aborted);

    /// <summary>Nothing of this name is served.</summary>
    public static ErrorCode DatasetNotFound { get; } = new("dataset-not-found", GrpcStatusCode.NotFound);

    /// <summary>The dataset no longer has the version that the caller named: describe it again.</summary>
    public static ErrorCode DatasetChanged { get; } = new("dataset-changed", GrpcStatusCode.Aborted);

    /// <summary>The program's row names a column that the dataset lacks.</summary>
    public static ErrorCode ColumnMissing { get; } = new("column-missing", GrpcStatusCode.FailedPrecondition);

    /// <summary>A field of the program's row and its column have types that don't go together.</summary>
    public static ErrorCode ColumnTypeMismatch { get; } = new("column-type-mismatch", GrpcStatusCode.FailedPrecondition);

    /// <summary>A column with nulls is bound to a field that can't say null.</summary>
    public static ErrorCode ColumnNullable { get; } = new("column-nullable", GrpcStatusCode.FailedPrecondition);

    /// <summary>The program has a parameter that the execution gives no value.</summary>
    public static ErrorCode ParameterMissing { get; } = new("parameter-missing", GrpcStatusCode.InvalidArgument);

    /// <summary>A parameter is unknown to the program, or its value doesn't fit.</summary>
    public static ErrorCode ParameterInvalid { get; } = new("parameter-invalid", GrpcStatusCode.InvalidArgument);

    /// <summary>A file of the dataset is not what its format says.</summary>
    public static ErrorCode DataCorrupt { get; } = new("data-corrupt", GrpcStatusCode.DataLoss);

    /// <summary>A file of the dataset uses a part of its format that the node can't read.</summary>
    public static ErrorCode DataUnsupported { get; } = new("data-unsupported", GrpcStatusCode.FailedPrecondition);

    /// <summary>The storage device failed a read.</summary>
    public static ErrorCode DeviceFailed { get; } = new("device-failed", GrpcStatusCode.Internal);

    /// <summary>A name leads outside the served root.</summary>
    public static ErrorCode PathRefused { get; } = new("path-refused", GrpcStatusCode.PermissionDenied);

    /// <summary>A message is larger than its sender or its receiver allows.</summary>
    public static ErrorCode MessageTooLarge { get; } = new("message-too-large", GrpcStatusCode.ResourceExhausted);

    /// <summary>The execution needs more memory at once than the node gives.</summary>
    public static ErrorCode MemoryLimit { get; } = new("memory-limit", GrpcStatusCode.ResourceExhausted);

    /// <summary>A sum over all records has more than 128 bits.</summary>
    public static ErrorCode ResultOutOfRange { get; } = new("result-out-of-range", GrpcStatusCode.OutOfRange);

    /// <summary>A program makes more groups than its map was declared with.</summary>
    public static ErrorCode GroupLimit { get; } = new("group-limit", GrpcStatusCode.ResourceExhausted);

    /// <summary>A group's sum has more than the 64 bits that a program which looks at it can see.</summary>
    public static ErrorCode SumTooWide { get; } = new("sum-too-wide", GrpcStatusCode.OutOfRange);

    /// <summary>A stage of the execution looks up groups that no stage before it makes, or makes groups of a name that is taken.</summary>
    public static ErrorCode StageInvalid { get; } = new("stage-invalid", GrpcStatusCode.InvalidArgument);

    /// <summary>A guard of an untrusted tenant's code stopped what the verifier had proven impossible: a defect of the node, which raised an alarm.</summary>
    public static ErrorCode GuardTripped { get; } = new("guard-tripped", GrpcStatusCode.Internal);

    /// <summary>Too many executions wait already: the same call may succeed later.</summary>
    public static ErrorCode Overloaded { get; } = new("overloaded", GrpcStatusCode.Unavailable);

    /// <summary>The call's time ran out.</summary>
    public static ErrorCode DeadlineExceeded { get; } = new("deadline-exceeded", GrpcStatusCode.DeadlineExceeded);

    /// <summary>The caller gave the call up.</summary>
    public static ErrorCode Cancelled { get; } = new("cancelled", GrpcStatusCode.Cancelled);

    /// <summary>The node can't be reached or is stopping: the same call may succeed later.</summary>
    public static ErrorCode Unavailable { get; } = new("unavailable", GrpcStatusCode.Unavailable);

    /// <summary>The node has no such method.</summary>
    public static ErrorCode MethodUnknown { get; } = new("method-unknown", GrpcStatusCode.Unimplemented);

    /// <summary>A message encoding that the node can't read.</summary>
    public static ErrorCode EncodingUnknown { get; } = new("encoding-unknown", GrpcStatusCode.Unimplemented);

    /// <summary>The peer broke gRPC's framing or sent bytes that are no such message.</summary>
    public static ErrorCode ProtocolViolation { get; } = new("protocol-violation", GrpcStatusCode.Internal);

    /// <summary>A defect of the node: its log has the reason.</summary>
    public static ErrorCode Internal { get; } = new("internal", GrpcStatusCode.Internal);

    /// <summary>Every code, for documents and tests.</summary>
    public static IReadOnlyList<ErrorCode> All { get; } =
    [
        InvalidArgument, NotAnObject, ProgramRejected, ProgramNotFound, MapNotFound, MapRefused, MapChanged, DatasetNotFound, DatasetChanged, ColumnMissing,
        ColumnTypeMismatch, ColumnNullable, ParameterMissing, ParameterInvalid, DataCorrupt, DataUnsupported, DeviceFailed,
        PathRefused, MessageTooLarge, MemoryLimit, ResultOutOfRange, GroupLimit, SumTooWide, StageInvalid, GuardTripped, Overloaded, DeadlineExceeded, Cancelled, Unavailable, MethodUnknown,
        EncodingUnknown, ProtocolViolation, Internal,
    ];

    public override string ToString() => Name;
}
