using Google.Protobuf;
using NearData.Contracts.V1;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Groups;
using NearData.Engine.Programs;
using NearData.Isa.Programs;
using NearData.Parquet;
using NearData.Vm;
using GroupMap = NearData.Contracts.V1.GroupMap;

namespace NearData.Server;

/// <summary>The engine's values as messages of the contract.</summary>
internal static class Messages
{
    public static DatasetSummary Summary(Dataset dataset) => new()
    {
        Name = dataset.Name,
        Files = (uint)dataset.Files.Length,
        Rows = (ulong)dataset.MostRows,
        RowsAreLimit = dataset.RowCount is null,
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
            Rows = (ulong)file.Content.MostRows,
            RowsAreLimit = file.Content.RowCount is null,
            RowGroups = (uint)file.Content.Parts.Length,
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
        response.Groups.AddRange(program.Query.Maps.Where(map => map.Group is not null).Select(Groups));
        return response;
    }

    public static ExecuteEvent GroupTable(GroupAnswer groups, GroupSelection selection)
    {
        GroupTable table = new() { Map = groups.Name, Rows = (ulong)selection.Count };
        table.Columns.AddRange(groups.Columns.Select(Column));
        return new ExecuteEvent { GroupTable = table };
    }

    public static ExecuteEvent GroupChunk(GroupAnswer groups, GroupSelection selection, int first, int count)
    {
        GroupChunk rows = new() { Rows = (uint)count };
        rows.Columns.AddRange(Enumerable.Range(0, groups.Columns.Length)
            .Select(column => UnsafeByteOperations.UnsafeWrap(selection.Copy(column, first, count))));
        return new ExecuteEvent { GroupChunk = rows };
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

    /// <param name="answer">What was computed.</param>
    /// <param name="groupBytes">Bytes that its groups took on the wire.</param>
    public static ExecuteEvent Answer(ExecutionAnswer answer, long groupBytes)
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
            RowGroupsUnread = (uint)answer.RowGroupsUnread,
            PagesPruned = (ulong)answer.PagesPruned,
            Workers = (uint)answer.Workers,
            ElapsedNanoseconds = (ulong)answer.Elapsed.Ticks * (ulong)TimeSpan.NanosecondsPerTick,
        };
        message.Counters.ColumnsRead.AddRange(answer.ColumnsRead);
        message.Counters.BytesReturned = (ulong)(message.CalculateSize() + groupBytes);
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

    private static GroupMap Groups(MapDefinition map)
    {
        GroupMap message = new() { Name = map.Name, MaxGroups = (ulong)map.MaxEntries, Frozen = map.IsFrozenGroups };
        message.Columns.AddRange(map.Group!.Key.Select(part => Column(new Engine.Groups.GroupColumn(part.Name, part, null, null))));
        message.Columns.AddRange(map.Group.Values.Select(value => Column(new Engine.Groups.GroupColumn(value.Name, null, null, value))));
        return message;
    }

    private static Contracts.V1.GroupColumn Column(Engine.Groups.GroupColumn column)
    {
        FieldType? integer = column.Value?.Type ?? column.Key!.Type;
        return new()
        {
            Name = column.Name,
            Merge = column.Value is { } value ? Merge(value.Merge) : Contracts.V1.Merge.Unspecified,
            Text = integer is null,
            Signed = integer?.IsSigned() ?? false,
            Bytes = (uint)(integer?.Size() ?? column.Key!.Size),
            Type = column.Type is { } type ? Type(type) : null,
        };
    }

    public static Contracts.V1.ColumnType Type(Engine.Datasets.ColumnType type) => new()
    {
        Kind = Kind(type.Kind),
        Precision = (uint)type.Precision,
        Scale = (uint)type.Scale,
        Length = (uint)type.Length,
        Unit = Unit(type.Unit),
    };

    private static Column Column(DatasetColumn column)
    {
        Column message = new()
        {
            Name = column.Name,
            Nullable = column.IsNullable,
            Type = Type(column.Type),
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
