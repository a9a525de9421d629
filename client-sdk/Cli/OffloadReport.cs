using System.Globalization;
using NearData.Contracts.V1;

namespace NearData.Cli;

/// <summary>Whether running an execution at the node saves or costs, and by what.</summary>
internal sealed record OffloadReport(
    string Verdict,
    string Reason,
    ulong NetworkBitsPerSecond,
    double PullMilliseconds,
    double ScanMilliseconds,
    double ElapsedMilliseconds,
    ulong LeastAnswerBytes,
    ulong MostAnswerBytes,
    double LeastPushMilliseconds,
    double MostPushMilliseconds)
{
    public static OffloadReport Of(Offload offload, ulong pulledBytes) => new(
        offload.Verdict switch
        {
            Offload.Types.Verdict.Saves => "saves",
            Offload.Types.Verdict.Costs => "costs",
            Offload.Types.Verdict.Depends => "depends",
            _ => "nothing read",
        },
        Sentence(offload, pulledBytes),
        offload.NetworkBitsPerSecond,
        offload.PullNanoseconds / 1e6,
        offload.ScanNanoseconds / 1e6,
        offload.ElapsedNanoseconds / 1e6,
        offload.LeastAnswerBytes,
        offload.MostAnswerBytes,
        offload.LeastPushNanoseconds / 1e6,
        offload.MostPushNanoseconds / 1e6);

    private static string Sentence(Offload offload, ulong pulled)
    {
        if (offload.Verdict == Offload.Types.Verdict.NothingRead)
        {
            return "nothing is read: what the files say of their data is the answer, here as at a client.";
        }

        string pulling = $"pulling {ByteText.Size(pulled)} over {BitRateText.Of(offload.NetworkBitsPerSecond)} would take {Time(offload.PullNanoseconds)}";
        string scanning = offload.ScanNanoseconds == offload.ElapsedNanoseconds
            ? $"scanning here takes {Time(offload.ScanNanoseconds)} of one core"
            : $"scanning here takes {Time(offload.ElapsedNanoseconds)}, {Time(offload.ScanNanoseconds)} of one core";
        bool isKnown = offload.LeastAnswerBytes == offload.MostAnswerBytes;
        string answer = isKnown ? $"{ByteText.Size(offload.MostAnswerBytes)} leave the node" : $"up to {ByteText.Size(offload.MostAnswerBytes)} leave the node";
        string reasons = $"{pulling}; {scanning}, and {answer}";
        return offload.Verdict switch
        {
            Offload.Types.Verdict.Saves => $"pushing down saves {(isKnown ? "" : "at least ")}{Time(offload.PullNanoseconds - offload.MostPushNanoseconds)}: {reasons}.",
            Offload.Types.Verdict.Costs => $"pushing down costs {(isKnown ? "" : "at least ")}{Time(offload.LeastPushNanoseconds - offload.PullNanoseconds)}: {reasons}.",
            _ => $"pushing down saves as long as no more than {ByteText.Size(BreakEven(offload))} leave the node, and costs beyond that: {reasons}.",
        };
    }

    /// <summary>Bytes of an answer with which both take as long.</summary>
    private static double BreakEven(Offload offload) =>
        (offload.PullNanoseconds - offload.ElapsedNanoseconds) / 1e9 * offload.NetworkBitsPerSecond / 8;

    private static string Time(ulong nanoseconds) => nanoseconds switch
    {
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:0.#} µs"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:0.#} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e9:0.##} s"),
    };
}
