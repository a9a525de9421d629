using NearData.Contracts;
using NearData.Engine.Binding;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Formats;
using NearData.Engine.Groups;
using NearData.Engine.Programs;
using NearData.Formats;
using NearData.Formats.Streams;
using NearData.Isa;
using NearData.Isa.Objects;
using NearData.Parquet;
using NearData.Storage;
using NearData.Verifier.Rejections;
using NearData.Vm;
using NearData.Vm.Guards;
using NearData.Vm.Maps;

namespace NearData.Server;

/// <summary>The one table from the parts' own exceptions to the codes that cross the wire.</summary>
internal static class Failures
{
    /// <summary>The code and words for an exception; null for one that is a defect of the node.</summary>
    public static RpcError? Describe(Exception failure) => CodeOf(failure) is { } code ? new RpcError(code, WordsOf(failure)) : null;

    // The parts' own exceptions name files as clients do; the runtime's name whole paths of this node.
    private static string WordsOf(Exception failure) => failure is UnauthorizedAccessException || (failure is IOException and not (StorageException or ServedFileException))
        ? $"A file can't be read: {IoReason.Of(failure)}."
        : failure.Message;

    private static ErrorCode? CodeOf(Exception failure) => failure switch
    {
        ProgramRejectedException or ProgramCostException or ObjectContractException or MapMemoryException { IsTransient: false } => ErrorCode.ProgramRejected,
        ObjectFormatException or InvalidInstructionException => ErrorCode.NotAnObject,
        BindingException { Fault: BindingFault.ColumnMissing } => ErrorCode.ColumnMissing,
        BindingException { Fault: BindingFault.TypeMismatch } => ErrorCode.ColumnTypeMismatch,
        BindingException => ErrorCode.ColumnNullable,
        ParameterException { Fault: ParameterFault.Missing } => ErrorCode.ParameterMissing,
        ParameterException => ErrorCode.ParameterInvalid,
        ProgramUnloadedException => ErrorCode.ProgramNotFound,
        DatasetNotFoundException => ErrorCode.DatasetNotFound,
        DatasetChangedException => ErrorCode.DatasetChanged,
        DatasetSchemaException => ErrorCode.DataCorrupt,
        PathRefusedException => ErrorCode.PathRefused,
        // Binding has seen to the types, so what is left is a null where the file's statistics deny one.
        ParquetFormatException or ColumnAccessException or FileFormatException or TextFormatException or StreamFormatException => ErrorCode.DataCorrupt,
        ParquetException or DecoderUnavailableException => ErrorCode.DataUnsupported,
        ResultRangeException => ErrorCode.ResultOutOfRange,
        GroupLimitException { Limit: GroupLimit.Groups } => ErrorCode.GroupLimit,
        GroupLimitException { Limit: GroupLimit.Sum } => ErrorCode.SumTooWide,
        StageException => ErrorCode.StageInvalid,
        GuardTrippedException => ErrorCode.GuardTripped,
        GroupOrderException => ErrorCode.InvalidArgument,
        BufferLimitException or MapMemoryException or GroupLimitException => ErrorCode.MemoryLimit,
        IOException or UnauthorizedAccessException => ErrorCode.DeviceFailed,
        _ => null,
    };
}
