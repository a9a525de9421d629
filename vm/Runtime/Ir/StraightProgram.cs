using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Vm.Ir;

/// <summary>A change of a result field, or of a group's member, that a program makes for a record.</summary>
/// <param name="Result">Index in <see cref="StraightProgram.Fields"/>.</param>
/// <param name="Value">What is merged into it; for a sum, what is added.</param>
/// <param name="Condition">For which records.</param>
internal sealed record IrUpdate(int Result, IrNode Value, IrNode Condition);

/// <summary>
/// A row program as one sequence of values without branches or loops (static single assignment with conditions in place of blocks): branches
/// became conditions, loops were unrolled, functions inlined, and what no update or answer needs is left out. Immutable.
/// </summary>
/// <param name="Program">The program.</param>
/// <param name="Nodes">All values, operands first.</param>
/// <param name="Keeps">For a filter, whether it keeps the record; null for a reduction.</param>
/// <param name="Updates">In the program's order, which doesn't matter to their results.</param>
/// <param name="Group">The group that the updates are of; null where they are of results.</param>
internal sealed record StraightProgram(Program Program, ImmutableArray<IrNode> Nodes, IrNode? Keeps, ImmutableArray<IrUpdate> Updates, IrGroup? Group)
{
    /// <summary>Columns that are read in 32 bits; the values have these ranges.</summary>
    public NarrowColumns Narrow { get; init; } = NarrowColumns.None;

    /// <summary>What updates change: the program's results, or the members of its groups.</summary>
    public ImmutableArray<ResultField> Fields => Group is null ? Program.Results : Program.Maps[Group.Map].Group!.Values;

    public static StraightProgram Of(Program program, IrNode? keeps, ImmutableArray<IrUpdate> updates, IrGroup? group)
    {
        HashSet<IrNode> needed = [];
        Stack<IrNode> open = new(updates.SelectMany(update => (IrNode[])[update.Value, update.Condition]));
        if (group is not null)
        {
            open.Push(group.Condition);
            foreach (IrKeyPart part in group.Key.Where(part => part.TextField is null))
            {
                open.Push(part.Value);
            }
        }

        if (keeps is not null)
        {
            open.Push(keeps);
        }

        while (open.TryPop(out IrNode? node))
        {
            if (needed.Add(node))
            {
                foreach (IrNode operand in node.Operands)
                {
                    open.Push(operand);
                }
            }
        }

        return new StraightProgram(program, [.. needed.OrderBy(node => node.Id)], keeps, updates, group);
    }
}
