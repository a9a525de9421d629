using NearData.Contracts.V1;
using NearData.Engine.Explanation;
using NearData.Verifier;
using NearData.Vm;

namespace NearData.Server;

/// <summary>Explanations of the engine as messages.</summary>
internal static class Explanations
{
    public static Contracts.V1.StageExplanation Of(Engine.Explanation.StageExplanation stage)
    {
        Contracts.V1.StageExplanation message = new()
        {
            ProgramId = stage.ProgramId,
            Dataset = stage.Dataset,
            Parts = new Contracts.V1.PartCounts
            {
                All = (uint)stage.Parts.All,
                Pruned = (uint)stage.Parts.Pruned,
                Unread = (uint)stage.Parts.Unread,
                Read = (uint)stage.Parts.Read,
                ReadRows = (ulong)stage.Parts.ReadRows,
                PagesPruned = (ulong)stage.Parts.PagesPruned,
            },
            Estimate = new Contracts.V1.StageEstimate
            {
                Bytes = (ulong)stage.Estimate.Bytes,
                Values = (ulong)stage.Estimate.Values,
                Nanoseconds = Nanoseconds(stage.Estimate.Time),
            },
            Measure = stage.Measure is { } measure ? Of(measure) : null,
        };
        message.Programs.AddRange(stage.Programs.Select(Of));
        message.Columns.AddRange(stage.Columns.Select(Of));
        message.Listed.AddRange(stage.Listed.Select(Of));
        return message;
    }

    public static Contracts.V1.Offload Of(OffloadEstimate offload) => new()
    {
        Verdict = offload.Verdict switch
        {
            OffloadVerdict.Saves => Contracts.V1.Offload.Types.Verdict.Saves,
            OffloadVerdict.Costs => Contracts.V1.Offload.Types.Verdict.Costs,
            OffloadVerdict.Depends => Contracts.V1.Offload.Types.Verdict.Depends,
            _ => Contracts.V1.Offload.Types.Verdict.NothingRead,
        },
        NetworkBitsPerSecond = (ulong)offload.Network,
        PullNanoseconds = Nanoseconds(offload.Pulling),
        ScanNanoseconds = Nanoseconds(offload.Scanning),
        ElapsedNanoseconds = Nanoseconds(offload.Elapsed),
        LeastAnswerBytes = (ulong)offload.Answer.Least,
        MostAnswerBytes = (ulong)offload.Answer.Most,
        LeastPushNanoseconds = Nanoseconds(offload.LeastPushing),
        MostPushNanoseconds = Nanoseconds(offload.MostPushing),
    };

    private static Contracts.V1.ProgramExplanation Of(Engine.Explanation.ProgramExplanation program) => new()
    {
        Name = program.Name,
        Section = program.Section,
        Lanes = (uint)program.Engine.Lanes,
        Obstacle = program.Engine.Obstacle ?? "",
        WorstCaseInstructions = (ulong)program.WorstCaseInstructions,
        Guarded = program.IsGuarded,
        VectorBits = program.Engine.Tier switch
        {
            VectorTier.Vector128 => 128,
            VectorTier.Vector256 => 256,
            VectorTier.Vector512 => 512,
            _ => 0,
        },
    };

    private static Contracts.V1.ColumnExplanation Of(Engine.Explanation.ColumnExplanation column)
    {
        Contracts.V1.ColumnExplanation message = new()
        {
            Name = column.Name,
            Type = Messages.Type(column.Type),
            Filtered = column.Use is ColumnUse.Filter or ColumnUse.Both,
            Reduced = column.Use is ColumnUse.Reduce or ColumnUse.Both,
            GuardedParts = (uint)column.Guarded,
        };
        if (column.Bytes is { } bytes)
        {
            message.Bytes = (ulong)bytes;
        }

        return message;
    }

    private static Contracts.V1.PartExplanation Of(Engine.Explanation.PartExplanation part)
    {
        Contracts.V1.PartExplanation message = new()
        {
            File = part.File,
            Number = (uint)part.Number,
            Filter = part.Filter switch
            {
                FilterOutcome.DropsAll => Contracts.V1.PartExplanation.Types.Outcome.DropsAll,
                FilterOutcome.KeepsAll => Contracts.V1.PartExplanation.Types.Outcome.KeepsAll,
                _ => Contracts.V1.PartExplanation.Types.Outcome.Unknown,
            },
            Read = part.IsRead,
        };
        if (part.Rows is { } rows)
        {
            message.Rows = (ulong)rows;
        }

        message.Known.AddRange(part.Known.Select(known => KnownRanges.Of(known.Column, known.Type, known.Range)));
        return message;
    }

    private static Contracts.V1.StageMeasure Of(Engine.Explanation.StageMeasure measure) => new()
    {
        ElapsedNanoseconds = Nanoseconds(measure.Elapsed),
        Workers = (uint)measure.Workers,
        DecodeNanoseconds = Nanoseconds(measure.Decode),
        FilterNanoseconds = Nanoseconds(measure.Filter),
        ReduceNanoseconds = Nanoseconds(measure.Reduce),
        WaitingNanoseconds = Nanoseconds(measure.Waiting),
        DeviceBytesRead = (ulong)measure.BytesRead,
        RowsScanned = (ulong)measure.RowsScanned,
        RowsKept = (ulong)measure.RowsKept,
        PagesOpened = (ulong)measure.PagesOpened,
    };

    private static ulong Nanoseconds(TimeSpan time) => (ulong)time.Ticks * TimeSpan.NanosecondsPerTick;
}
