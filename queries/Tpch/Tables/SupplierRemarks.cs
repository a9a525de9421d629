using NearData.Queries.Tpch.Randomness;

namespace NearData.Queries.Tpch.Tables;

/// <summary>
/// Which suppliers' comments hold "Customer…Complaints" and which "Customer…Recommends", equally many of each (4.2.3, S_COMMENT).
/// Suppliers are cut into as many even ranges as there are remarks, and each range has one somewhere: that keeps the counts
/// exact although every row is decided on its own.
/// </summary>
internal sealed class SupplierRemarks(TpchScale scale)
{
    private static readonly RandomStream Places = RandomStream.Of("s_comment remark place");
    private static readonly RandomStream Verdicts = RandomStream.Of("s_comment remark verdict");
    private static readonly RandomStream Positions = RandomStream.Of("s_comment remark position");

    private readonly long _remarks = 2 * scale.RemarkedSuppliers;

    /// <summary>Overwrites a part of the comment, which keeps its length, when this supplier has a remark.</summary>
    public void WriteOver(long supplier, Span<byte> comment)
    {
        long range = (long)((Int128)(supplier - 1) * _remarks / scale.Suppliers);
        if (supplier != Places.Between(range, FirstOf(range), FirstOf(range + 1) - 1))
        {
            return;
        }

        ReadOnlySpan<byte> subject = "Customer"u8;
        ReadOnlySpan<byte> verdict = IsComplaint(range) ? "Complaints"u8 : "Recommends"u8;
        RandomStream draws = Positions.Within(supplier);
        int slack = comment.Length - subject.Length - verdict.Length;
        int before = draws.Between(0, 0, slack);
        int between = draws.Between(1, 0, slack - before);
        subject.CopyTo(comment[before..]);
        verdict.CopyTo(comment[(before + subject.Length + between)..]);
    }

    // The smallest supplier whose range, as computed above, is this one.
    private long FirstOf(long range) => (long)((((Int128)range * scale.Suppliers) + _remarks - 1) / _remarks) + 1;

    // Of each two neighbouring ranges one complains; which, is a toss.
    private static bool IsComplaint(long range) => Verdicts.Between(range / 2, 0, 1) == range % 2;
}
