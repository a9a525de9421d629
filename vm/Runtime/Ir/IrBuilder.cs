using NearData.Isa.Programs;
using NearData.Vm.Compilation;

namespace NearData.Vm.Ir;

/// <summary>
/// Makes values, each once: an operation on the same operands is the same value. What constants, ranges and other operations already say
/// is used on the way, so that nothing is computed that is known. Not thread-safe.
/// </summary>
internal sealed class IrBuilder
{
    /// <summary>Values of one program. What takes more would be long code that runs for every record, whichever way it goes.</summary>
    public const int MostNodes = 4_000;

    /// <summary>Looks at truths, so that conditions that can't be simplified cost little time.</summary>
    private const int MostWork = 2_000_000;

    private readonly Dictionary<Key, IrNode> _nodes = [];
    private readonly NumberRules _numbers;
    private int _decisions;
    private int _work;

    public IrBuilder()
    {
        _numbers = new NumberRules(this);
        Truths = new TruthRules(this);
        Address = Intern(IrOperation.Address);
    }

    /// <summary>Yes, no, and what connects them.</summary>
    public TruthRules Truths { get; }

    /// <summary>Any address.</summary>
    public IrNode Address { get; }

    /// <summary>An address in the function's stack.</summary>
    /// <param name="offset">Bytes from the frame pointer.</param>
    public IrNode StackAddress(long offset) => Intern(IrOperation.StackAddress, number: offset);

    /// <summary>Counts a step of simplification.</summary>
    /// <exception cref="NotStraightException">There were too many.</exception>
    public void Spend()
    {
        if (++_work > MostWork)
        {
            throw new NotStraightException("its conditions are too many to be made one");
        }
    }

    public IrNode Constant(long number) => Intern(IrOperation.Constant, number: number, range: new(number, number));

    /// <summary>Bytes of a column, or of a parameter.</summary>
    public IrNode Load(LoadedPart part, NumberRange range)
    {
        NumberRange known = NumberMath.Narrow(part.Size * 8, part.Sign == NumberSign.Signed).Meet(range) ?? range;
        return Intern(part.Target == AccessTarget.MapValue ? IrOperation.Parameter : IrOperation.Column, part: part, range: known);
    }

    /// <summary>What a result's field holds, zero-extended.</summary>
    public IrNode Content(int result, int bits) => Intern(IrOperation.Content, number: result, range: NumberMath.Narrow(bits, isSigned: false));

    public IrNode Compute(IrOperation operation, IrNode left, IrNode right) => _numbers.Compute(operation, left, right);

    public IrNode ZeroExtend(int bits, IrNode value) => _numbers.ZeroExtend(bits, value);

    public IrNode SignExtend(int bits, IrNode value) => _numbers.SignExtend(bits, value);

    public IrNode SwapBytes(int bits, IrNode value) => value.IsConstant
        ? Constant(NumberMath.SwapBytes(bits, value.Number))
        : Intern(IrOperation.SwapBytes, value, number: bits, range: NumberMath.Narrow(bits, isSigned: false));

    public IrNode Select(IrNode truth, IrNode yes, IrNode no)
    {
        if (yes == no || truth.Operation == IrOperation.True)
        {
            return yes;
        }

        return truth.Operation switch
        {
            IrOperation.False => no,
            IrOperation.Not => Select(truth.First!, no, yes),
            _ => Intern(IrOperation.Select, truth, yes, no, range: yes.Range.Join(no.Range)),
        };
    }

    /// <summary>What a comparison says that depends on a result.</summary>
    public IrNode Decide() => Intern(IrOperation.Decision, number: _decisions++);

    /// <summary>The value of an operation on these operands, as it stands.</summary>
    public IrNode Intern(
        IrOperation operation,
        IrNode? first = null,
        IrNode? second = null,
        IrNode? third = null,
        long number = 0,
        LoadedPart part = default,
        NumberRange? range = null)
    {
        Key key = new(operation, first?.Id ?? -1, second?.Id ?? -1, third?.Id ?? -1, number, part);
        if (!_nodes.TryGetValue(key, out IrNode? node))
        {
            if (_nodes.Count == MostNodes)
            {
                throw new NotStraightException($"without branches and loops it has more than {MostNodes} values");
            }

            node = new IrNode
            {
                Id = _nodes.Count,
                Operation = operation,
                First = first,
                Second = second,
                Third = third,
                Number = number,
                Part = part,
                Range = range ?? NumberRange.Any,
                DependsOnResult = operation is IrOperation.Content or IrOperation.Decision
                    || first is { DependsOnResult: true } || second is { DependsOnResult: true } || third is { DependsOnResult: true },
                DependsOnDecision = operation == IrOperation.Decision
                    || first is { DependsOnDecision: true } || second is { DependsOnDecision: true } || third is { DependsOnDecision: true },
            };
            _nodes.Add(key, node);
        }

        return node;
    }

    private readonly record struct Key(IrOperation Operation, int First, int Second, int Third, long Number, LoadedPart Part);
}
