using System.Collections.Immutable;
using NearData.Engine.Datasets;
using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Vm;

namespace NearData.Engine.Explanation;

/// <summary>How one stage of an execution is done, and why so. Immutable.</summary>
/// <param name="ProgramId">SHA-256 of the object.</param>
/// <param name="Dataset">What it runs over.</param>
/// <param name="Programs">Its programs.</param>
/// <param name="Columns">Those that it loads.</param>
/// <param name="Parts">What becomes of the parts of its files: row groups of Parquet, ranges of records of other formats.</param>
/// <param name="Listed">Each part, up to <see cref="MostListed"/> of them.</param>
/// <param name="Estimate">What it is expected to take.</param>
public sealed record StageExplanation(
    string ProgramId,
    string Dataset,
    ImmutableArray<ProgramExplanation> Programs,
    ImmutableArray<ColumnExplanation> Columns,
    PartCounts Parts,
    ImmutableArray<PartExplanation> Listed,
    StageEstimate Estimate)
{
    /// <summary>Parts that are told one by one: more would be no help to a reader.</summary>
    public const int MostListed = 1000;

    /// <summary>What it took; null where it wasn't run.</summary>
    public StageMeasure? Measure { get; init; }
}

/// <summary>How a program is run.</summary>
/// <param name="Name">The function's.</param>
/// <param name="Section">Its kind.</param>
/// <param name="Engine">Vectors, or a record at a time and why.</param>
/// <param name="WorstCaseInstructions">Of one record: proven.</param>
/// <param name="IsGuarded">Whether its code has guards beside the proof.</param>
public sealed record ProgramExplanation(string Name, string Section, EngineChoice Engine, long WorstCaseInstructions, bool IsGuarded);

/// <summary>What is done with a column.</summary>
/// <param name="Name">The column's.</param>
/// <param name="Type">The column's.</param>
/// <param name="Use">Who loads it.</param>
/// <param name="Bytes">To be read of it, as they lie in the files; null where the files' format has no columns.</param>
/// <param name="Guarded">Parts in which the filter is decided once for each entry of its dictionary, and not for each row.</param>
public sealed record ColumnExplanation(string Name, ColumnType Type, ColumnUse Use, long? Bytes, int Guarded);

/// <summary>Which programs load a column.</summary>
public enum ColumnUse
{
    /// <summary>The filter.</summary>
    Filter,

    /// <summary>Reduce alone: only rows that are kept are decoded, where they are few.</summary>
    Reduce,
    Both,
}

/// <summary>What becomes of parts.</summary>
/// <param name="All">All of the dataset's.</param>
/// <param name="Pruned">Not read: none of their rows is kept.</param>
/// <param name="Unread">Not read: what their files say of them is the answer.</param>
/// <param name="Read">The others.</param>
/// <param name="ReadRows">Rows of those; the most that there can be where their files don't say.</param>
/// <param name="PagesPruned">Pages of the columns of those that are read which are not, as none of their rows is kept.</param>
public sealed record PartCounts(int All, int Pruned, int Unread, int Read, long ReadRows, long PagesPruned);

/// <summary>What becomes of a part, and why.</summary>
/// <param name="File">The file's name in the dataset.</param>
/// <param name="Number">The part's, in the file, from 0.</param>
/// <param name="Rows">Null where only reading them tells.</param>
/// <param name="Filter">What the abstract run of the filter over <paramref name="Known"/> proved.</param>
/// <param name="Known">What is known of the filter's columns, by name.</param>
public sealed record PartExplanation(string File, int Number, long? Rows, FilterOutcome Filter, ImmutableArray<(string Column, FieldType Type, FieldRange Range)> Known)
{
    /// <summary>Whether it is read.</summary>
    public bool IsRead { get; init; }
}

/// <summary>What a stage is expected to take, by what executions at this node took before.</summary>
/// <param name="Bytes">To be read, those that are in the cache included.</param>
/// <param name="Values">To be decoded, at the most; of text, whose rows aren't known, none are counted.</param>
/// <param name="Time">Of one core.</param>
/// <param name="Workers">How many cores take part.</param>
/// <param name="Answer">Bytes of its results and groups.</param>
public sealed record StageEstimate(long Bytes, long Values, TimeSpan Time, int Workers, AnswerSize Answer);

/// <summary>How large an answer is, in bytes: before it is known how many groups there are, only between what.</summary>
public readonly record struct AnswerSize(long Least, long Most);

/// <summary>What a stage took.</summary>
/// <param name="Elapsed">From start to merge.</param>
/// <param name="Workers">How many took part; the times below are theirs together.</param>
/// <param name="Decode">Making values out of bytes.</param>
/// <param name="Filter">Filtering.</param>
/// <param name="Reduce">Reducing.</param>
/// <param name="BytesRead">From devices.</param>
/// <param name="RowsScanned">Rows that were filtered.</param>
/// <param name="RowsKept">Rows that were kept.</param>
public sealed record StageMeasure(
    TimeSpan Elapsed, int Workers, TimeSpan Decode, TimeSpan Filter, TimeSpan Reduce, long BytesRead, long RowsScanned, long RowsKept)
{
    /// <summary>Data pages that were opened, and decompressed where they are compressed: those of which rows were wanted. Of Parquet.</summary>
    public long PagesOpened { get; init; }

    /// <summary>What the workers' cores worked, together.</summary>
    public TimeSpan Working => Decode + Filter + Reduce;

    /// <summary>What the workers waited for reads, for each other and for other executions' turns, and what merging took.</summary>
    public TimeSpan Waiting => (Elapsed * Workers) - Working is var rest && rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
}
