using NearData.Isa.Programs;

namespace NearData.Vm.Ir;

/// <summary>A value of the intermediate form: computed once for each record, never changed. Made by <see cref="IrBuilder"/> only.</summary>
internal sealed class IrNode
{
    /// <summary>Counts up: operands come before what uses them.</summary>
    public required int Id { get; init; }

    public required IrOperation Operation { get; init; }

    public IrNode? First { get; init; }

    public IrNode? Second { get; init; }

    public IrNode? Third { get; init; }

    /// <summary>A constant, a width in bits, an offset, a result's index, a decision's number; by the operation.</summary>
    public long Number { get; init; }

    /// <summary>For a column or parameter.</summary>
    public LoadedPart Part { get; init; }

    /// <summary>Every number that it can be; of a truth it says nothing.</summary>
    public NumberRange Range { get; init; } = NumberRange.Any;

    /// <summary>Whether what earlier records left in a result has an influence on it.</summary>
    public bool DependsOnResult { get; init; }

    /// <summary>Whether that is by how a comparison with it went.</summary>
    public bool DependsOnDecision { get; init; }

    public bool IsAddress => Operation is IrOperation.Address or IrOperation.StackAddress;

    public bool IsConstant => Operation == IrOperation.Constant;

    public bool IsTruth => Operation >= IrOperation.False;

    public IEnumerable<IrNode> Operands
    {
        get
        {
            if (First is not null)
            {
                yield return First;
            }

            if (Second is not null)
            {
                yield return Second;
            }

            if (Third is not null)
            {
                yield return Third;
            }
        }
    }

    public bool Is(long number) => IsConstant && Number == number;
}
