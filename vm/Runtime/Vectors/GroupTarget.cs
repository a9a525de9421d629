using NearData.Isa.Programs;
using NearData.Vm.Compilation;
using NearData.Vm.Ir;

namespace NearData.Vm.Vectors;

/// <summary>What an update of a group merges, and into which member. Immutable.</summary>
/// <param name="update">The update.</param>
/// <param name="member">What it changes.</param>
/// <param name="column">Where the values are; null where a constant is added for every record.</param>
internal sealed class GroupTarget(IrUpdate update, ResultField member, GroupColumn? column)
{
    public MergeRule Merge => member.Merge;

    /// <summary>Index among the members of a group.</summary>
    public int Member => update.Result;

    public ResultField Field => member;

    /// <summary>Where the values are; null where a constant is added for every record.</summary>
    public GroupColumn? Column => column;

    public NumberSign Sign { get; } = GroupColumn.SignOf(member);

    public long Nothing { get; } = (long)(UInt128)member.Merge.Identity(member.Type);

    /// <summary>The constant.</summary>
    public long Addend => update.Value.Number;

    public Int128 Exact(long value) => Sign == NumberSign.Signed ? value : (ulong)value;
}
