using NearData.Contracts.V1;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Isa.Programs;
using NearData.Parquet;
using NearData.Vm;

namespace NearData.Server;

/// <summary>The engine's values as messages of the contract.</summary>
internal static class Messages
{
    public static DatasetSummary Summary(Dataset dataset) => new()
    {
        Name = dataset.Name,
        Files = (uint)dataset.Files.Length,
        Rows = (ulong)dataset.RowCount,
        Bytes = (ulong)dataset.Length,
    };

    public static DescribeDatasetResponse Description(Dataset dataset)
    {
        DescribeDatasetResponse response = new() { Summary = Summary(dataset), Version = dataset.Version };
        response.Columns.AddRange(dataset.Columns.Select(Column));
        response.Files.AddRange(dataset.Files.Select(file => new Contracts.V1.DatasetFile
        {
            Name = file.Name,
            Bytes = (ulong)file.Stamp.Length,
            Rows = (ulong)file.Metadata.RowCount,
            RowGroups = (uint)file.Metadata.RowGroups.Length,
        }));
        return response;
    }

    public static LoadProgramResponse Loaded(LoadedProgram program)
    {
        LoadProgramResponse response = new() { ProgramId = program.Id };
        response.Programs.AddRange(program.Programs.Select(Program));
        response.Parameters.AddRange(program.Query.Parameters.Select(parameter => new Field
        {
            Name = parameter.Name,
            Bytes = (uint)parameter.Size,
            Signed = parameter.Type.IsSigned(),
            Kind = parameter.Type switch
            {
                FieldType.Text => Field.Types.Kind.Text,
                FieldType.Float64 => Field.Types.Kind.Double,
                _ => Field.Types.Kind.Integer,
            },
        }));
        response.Results.AddRange(program.Query.Results.Select(result => new Contracts.V1.ResultField
        {
            Name = result.Name,
            Merge = Merge(result.Merge),
            Signed = result.Type.IsSigned(),
        }));
        return response;
    }

    public static ExecuteEvent Progress(ExecutionProgress progress) => new()
    {
        Progress = new Progress
        {
            RowsScanned = (ulong)progress.RowsScanned,
            RowsTotal = (ulong)progress.RowsTotal,
            BytesRead = (ulong)progress.BytesRead,
        },
    };

    public static ExecuteEvent Answer(ExecutionAnswer answer)
    {
        Answer message = new();
        message.Results.AddRange(answer.Results.Select(Result));
        message.Counters = new Counters
        {
            DeviceBytesRead = (ulong)answer.BytesRead,
            RowsScanned = (ulong)answer.RowsScanned,
            RowsKept = (ulong)answer.RowsKept,
            RowGroups = (uint)answer.RowGroups,
            RowGroupsPruned = (uint)answer.RowGroupsPruned,
            Workers = (uint)answer.Workers,
            ElapsedNanoseconds = (ulong)answer.Elapsed.Ticks * (ulong)TimeSpan.NanosecondsPerTick,
        };
        message.Counters.ColumnsRead.AddRange(answer.ColumnsRead);
        message.Counters.BytesReturned = (ulong)message.CalculateSize();
        return new ExecuteEvent { Answer = message };
    }

    private static Contracts.V1.ResultValue Result(Engine.Execution.ResultValue result)
    {
        Contracts.V1.ResultValue message = new()
        {
            Name = result.Field.Name,
            Merge = Merge(result.Field.Merge),
            IsIdentity = result.IsIdentity,
        };
        if (result.Number is { } number)
        {
            message.Number = number;
        }
        else
        {
            message.Value = new Contracts.V1.Int128 { High = (long)(result.Value >> 64), Low = (ulong)result.Value };
        }

        return message;
    }

    private static Column Column(DatasetColumn column)
    {
        Column message = new()
        {
            Name = column.Name,
            Nullable = column.IsNullable,
            Type = new Contracts.V1.ColumnType
            {
                Kind = Kind(column.Type.Kind),
                Precision = (uint)column.Type.Precision,
                Scale = (uint)column.Type.Scale,
                Length = (uint)column.Type.Length,
                Unit = Unit(column.Type.Unit),
            },
        };
        if (column.Range is { } range)
        {
            message.Range = new ColumnRange { Minimum = range.Minimum, Maximum = range.Maximum };
        }

        if (column.NullCount is { } nulls)
        {
            message.NullCount = (ulong)nulls;
        }

        return message;
    }

    public static ProgramSummary Program(VerifiedProgram program)
    {
        ProgramSummary message = new()
        {
            Name = program.Program.Name,
            Section = program.Program.Section,
            Instructions = (uint)program.Program.Code.Length,
            WorstCaseInstructions = (ulong)program.Facts.WorstCaseInstructions,
            InterpretedBecause = CompilationLimit.Obstacle(program) ?? "",
            Tag = ProgramTag.Compute(program.Program, TagHash.Sha256),
            LegacyTag = ProgramTag.Compute(program.Program, TagHash.Sha1),
        };
        message.Columns.AddRange(program.Facts.LoadedFields.Select(field => program.Program.Row.Fields[field].Name));
        return message;
    }

    private static Merge Merge(MergeRule rule) => rule switch
    {
        MergeRule.Sum => Contracts.V1.Merge.Sum,
        MergeRule.Min => Contracts.V1.Merge.Min,
        MergeRule.Max => Contracts.V1.Merge.Max,
        MergeRule.Or => Contracts.V1.Merge.Or,
        _ => Contracts.V1.Merge.And,
    };

    private static Contracts.V1.ColumnType.Types.Kind Kind(ColumnKind kind) => kind switch
    {
        ColumnKind.Bool => Contracts.V1.ColumnType.Types.Kind.Bool,
        ColumnKind.Int8 => Contracts.V1.ColumnType.Types.Kind.Int8,
        ColumnKind.Int16 => Contracts.V1.ColumnType.Types.Kind.Int16,
        ColumnKind.Int32 => Contracts.V1.ColumnType.Types.Kind.Int32,
        ColumnKind.Int64 => Contracts.V1.ColumnType.Types.Kind.Int64,
        ColumnKind.UInt8 => Contracts.V1.ColumnType.Types.Kind.Uint8,
        ColumnKind.UInt16 => Contracts.V1.ColumnType.Types.Kind.Uint16,
        ColumnKind.UInt32 => Contracts.V1.ColumnType.Types.Kind.Uint32,
        ColumnKind.UInt64 => Contracts.V1.ColumnType.Types.Kind.Uint64,
        ColumnKind.Float => Contracts.V1.ColumnType.Types.Kind.Float,
        ColumnKind.Double => Contracts.V1.ColumnType.Types.Kind.Double,
        ColumnKind.Decimal => Contracts.V1.ColumnType.Types.Kind.Decimal,
        ColumnKind.Date => Contracts.V1.ColumnType.Types.Kind.Date,
        ColumnKind.Timestamp => Contracts.V1.ColumnType.Types.Kind.Timestamp,
        ColumnKind.Time => Contracts.V1.ColumnType.Types.Kind.Time,
        ColumnKind.String => Contracts.V1.ColumnType.Types.Kind.String,
        ColumnKind.Binary => Contracts.V1.ColumnType.Types.Kind.Binary,
        ColumnKind.FixedBinary => Contracts.V1.ColumnType.Types.Kind.FixedBinary,
        ColumnKind.Int96 => Contracts.V1.ColumnType.Types.Kind.Int96,
        _ => throw new InvalidOperationException($"Column kind {kind} has no number in the contract."),
    };

    private static Contracts.V1.ColumnType.Types.TimeUnit Unit(TimeUnit? unit) => unit switch
    {
        TimeUnit.Milliseconds => Contracts.V1.ColumnType.Types.TimeUnit.Milliseconds,
        TimeUnit.Microseconds => Contracts.V1.ColumnType.Types.TimeUnit.Microseconds,
        TimeUnit.Nanoseconds => Contracts.V1.ColumnType.Types.TimeUnit.Nanoseconds,
        _ => Contracts.V1.ColumnType.Types.TimeUnit.Unspecified,
    };
}
