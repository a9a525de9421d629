using System.Reflection.Emit;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Vm.Compilation;
using NearData.Vm.Ir;
using NearData.Vm.Maps;

namespace NearData.Vm.Vectors;

/// <summary>Compiles the values of a straight program: each to a local with a lane for each record; of a truth all of its lane's bits.</summary>
internal sealed class NodeWriter
{
    /// <summary>Operations inside each other; the runtime's compiler walks them by recursion.</summary>
    private const int DeepestInline = 32;

    private readonly VectorWriter _writer;
    private readonly StraightProgram _straight;
    private readonly HoistedAddresses _addresses;
    private readonly LocalBuilder _record;
    private readonly Dictionary<IrNode, LocalBuilder> _locals = [];
    private readonly HashSet<IrNode> _uniform = [];

    // Used once, and so computed where they are used: the runtime's compiler then sees masks and what they are for together.
    private readonly HashSet<IrNode> _inline = [];

    // Ranges whose ends are uniform: what is subtracted of a number, and below which the rest lies of one that is inside.
    private readonly Dictionary<IrNode, (LocalBuilder Start, LocalBuilder Width)> _ranges = [];

    /// <param name="writer">The method.</param>
    /// <param name="straight">The program.</param>
    /// <param name="addresses">Told which columns and constants the values need.</param>
    /// <param name="record">The number of the first lane's record.</param>
    public NodeWriter(VectorWriter writer, StraightProgram straight, HoistedAddresses addresses, LocalBuilder record)
    {
        _writer = writer;
        _straight = straight;
        _addresses = addresses;
        _record = record;
        foreach (IrNode node in straight.Nodes)
        {
            Announce(node);
            if (node.Operation != IrOperation.Column && node.Operands.All(_uniform.Contains))
            {
                _uniform.Add(node);
            }

            if (node.Operation == IrOperation.Within && _uniform.Contains(node.Second!) && _uniform.Contains(node.Third!))
            {
                _ranges[node] = (writer.NewVector(), writer.NewVector());
            }
        }

        FindInline();
        foreach (IrNode node in straight.Nodes.Where(node => !_inline.Contains(node)))
        {
            _locals[node] = writer.NewVector();
        }
    }

    /// <summary>What is the same for all records: before the loop.</summary>
    public void WriteUniform()
    {
        Write(_straight.Nodes.Where(_uniform.Contains));
        foreach ((IrNode node, (LocalBuilder start, LocalBuilder width)) in _ranges)
        {
            WriteStart(node);
            _writer.Store(start);
            WriteWidth(node);
            _writer.Store(width);
        }
    }

    /// <summary>What is different from record to record.</summary>
    public void WriteVarying() => Write(_straight.Nodes.Where(node => !_uniform.Contains(node) && !_inline.Contains(node)));

    /// <summary>Whether a value is computed where it is used, and nowhere else.</summary>
    public bool IsInline(IrNode node) => _inline.Contains(node);

    public void Push(IrNode node)
    {
        if (_inline.Contains(node))
        {
            Write(node);
        }
        else
        {
            _writer.Load(_locals[node]);
        }
    }

    private void FindInline()
    {
        // Updates use their values and conditions as often as they have accumulators, a range its limits for its width as well.
        Dictionary<IrNode, int> uses = _straight.Nodes.ToDictionary(node => node, _ => 0);
        Dictionary<IrNode, int> depths = [];
        foreach (IrNode operand in _straight.Updates.SelectMany(update => (IrNode[])[update.Value, update.Condition]))
        {
            uses[operand] += 2;
        }

        foreach (IrNode node in _straight.Nodes)
        {
            foreach (IrNode operand in node.Operands)
            {
                uses[operand] += node.Operation == IrOperation.Within && operand != node.First ? 2 : 1;
            }
        }

        foreach (IrNode node in _straight.Nodes)
        {
            int depth = node.Operands.Where(_inline.Contains).Select(operand => depths[operand]).DefaultIfEmpty().Max() + 1;
            if (uses[node] <= 1 && depth <= DeepestInline && !_uniform.Contains(node))
            {
                depths[node] = depth;
                _inline.Add(node);
            }
        }
    }

    private void Announce(IrNode node)
    {
        switch (node.Part.Target)
        {
            case AccessTarget.FieldValue:
                ValuesOf(node.Part.Index);
                break;
            case AccessTarget.FieldValidity:
                _addresses.Validity(node.Part.Index);
                break;
            case AccessTarget.MapValue:
                _addresses.FirstValue(node.Part.Index);
                break;
        }
    }

    private void Write(IEnumerable<IrNode> nodes)
    {
        foreach (IrNode node in nodes)
        {
            Write(node);
            _writer.Store(_locals[node]);
        }
    }

    private void Write(IrNode node)
    {
        switch (node.Operation)
        {
            case IrOperation.Constant:
                _writer.Constant(node.Number);
                break;
            case IrOperation.True or IrOperation.False:
                _writer.Constant(node.Operation == IrOperation.True ? -1 : 0);
                break;
            case IrOperation.Column:
                WriteColumn(node.Part);
                break;
            case IrOperation.Parameter:
                WriteParameter(node.Part);
                break;
            case IrOperation.Add or IrOperation.Subtract or IrOperation.Multiply or IrOperation.Xor:
                Do(node.Operation.ToString(), node);
                break;
            case IrOperation.And or IrOperation.Both:
                Do("BitwiseAnd", node);
                break;
            case IrOperation.Or:
                Do("BitwiseOr", node);
                break;
            case IrOperation.Equal:
                Do("Equals", node);
                break;
            case IrOperation.SignedLess:
                WriteSignedLess(node);
                break;
            case IrOperation.Within:
                WriteWithin(node);
                break;
            case IrOperation.Less:
                _writer.DoUnsigned("LessThan", () => Push(node.First!), () => Push(node.Second!));
                break;
            case IrOperation.DoubleAdd or IrOperation.DoubleSubtract or IrOperation.DoubleMultiply or IrOperation.DoubleDivide
                or IrOperation.DoubleEqual or IrOperation.DoubleLess or IrOperation.DoubleLessOrEqual:
                _writer.DoDouble(DoubleOperation(node.Operation), () => Push(node.First!), () => Push(node.Second!));
                break;
            case IrOperation.DoubleFromSigned:
                Push(node.First!);
                _writer.ToDouble();
                break;
            case IrOperation.Not:
                Push(node.First!);
                _writer.Do("OnesComplement", operands: 1);
                break;
            case IrOperation.Select:
                Push(node.First!);
                Push(node.Second!);
                Push(node.Third!);
                _writer.Do("ConditionalSelect", operands: 3);
                break;
            case IrOperation.ZeroExtend or IrOperation.SignExtend:
                WriteExtension(node);
                break;
            case IrOperation.ShiftLeft or IrOperation.ShiftRight or IrOperation.SignedShiftRight when node.Second!.IsConstant:
                WriteShift(node);
                break;
            case IrOperation.Divide or IrOperation.SignedDivide or IrOperation.Modulo or IrOperation.SignedModulo when ExactQuotient.Exists(node):
                Push(node.First!);
                Push(node.Second!);
                _writer.DoExact(node.Operation is IrOperation.Divide or IrOperation.SignedDivide ? nameof(ExactQuotient.Of) : nameof(ExactQuotient.Remainder));
                break;
            default:
                WriteLaneByLane(node);
                break;
        }
    }

    private static string DoubleOperation(IrOperation operation) => operation switch
    {
        IrOperation.DoubleAdd => "Add",
        IrOperation.DoubleSubtract => "Subtract",
        IrOperation.DoubleMultiply => "Multiply",
        IrOperation.DoubleDivide => "Divide",
        IrOperation.DoubleEqual => "Equals",
        IrOperation.DoubleLess => "LessThan",
        _ => "LessThanOrEqual",
    };

    // A number is in a range if its distance from the lower end is less than the range is wide, without sign. Both are moved by half of all
    // numbers, so that the comparison with sign says that, which processors have for vectors of every width.
    private void WriteWithin(IrNode within)
    {
        Push(within.First!);
        if (_ranges.TryGetValue(within, out (LocalBuilder Start, LocalBuilder Width) range))
        {
            _writer.Load(range.Start);
            _writer.Do("Subtract");
            _writer.Load(range.Width);
        }
        else
        {
            WriteStart(within);
            _writer.Do("Subtract");
            WriteWidth(within);
        }

        _writer.Do("LessThan");
    }

    private void WriteStart(IrNode within)
    {
        Push(within.Second!);
        Move();
    }

    /// <summary>How many numbers a range holds: none where its ends are the wrong way round.</summary>
    private void WriteWidth(IrNode within)
    {
        Push(within.Third!);
        Push(within.Second!);
        _writer.Do("Subtract");
        Push(within.Second!);
        Push(within.Third!);
        _writer.Do("LessThan");
        _writer.Do("BitwiseAnd");
        Move();
    }

    private void Move()
    {
        _writer.Constant(_writer.Shape.Lane == typeof(long) ? long.MinValue : int.MinValue);
        _writer.Do("Xor");
    }

    private void Do(string operation, IrNode node)
    {
        Push(node.First!);
        Push(node.Second!);
        _writer.Do(operation);
    }

    // A column is loaded whole; a part of it is cut out of the lanes.
    private void WriteColumn(LoadedPart part)
    {
        bool isValidity = part.Target == AccessTarget.FieldValidity;
        bool isNarrow = !isValidity && _straight.Narrow.RangeOf(part.Index) is not null;
        int whole = isValidity ? 1 : _straight.Program.Row.Fields[part.Index].Type.Size();
        int stored = isNarrow ? sizeof(int) : whole;
        MethodWriter numbers = _writer.Numbers;
        numbers.Load(isValidity ? _addresses.Validity(part.Index) : ValuesOf(part.Index));
        numbers.Load(_record);
        numbers.Constant(stored);
        numbers.Do(OpCodes.Mul, OpCodes.Add);
        bool isPart = part.Size < whole;
        _writer.LoadLanes(stored, isNarrow ? NumberSign.Signed : isPart ? NumberSign.Unsigned : part.Sign);
        if (isPart)
        {
            Cut(8 * part.Offset, 8 * part.Size, part.Sign);
        }
    }

    private LocalBuilder ValuesOf(int field) =>
        _straight.Narrow.RangeOf(field) is null ? _addresses.Values(field) : _addresses.Narrow(_straight.Program.Row, field);

    private void WriteParameter(LoadedPart part)
    {
        MemorySize size = part.Size switch
        {
            1 => MemorySize.Byte,
            2 => MemorySize.HalfWord,
            4 => MemorySize.Word,
            _ => MemorySize.DoubleWord,
        };
        MethodWriter numbers = _writer.Numbers;
        numbers.Load(_addresses.FirstValue(part.Index));
        numbers.AddConstant(part.Offset);
        numbers.LoadIndirect(size, part.Sign);
        if (_writer.Shape.Lane == typeof(int))
        {
            numbers.Do(OpCodes.Conv_I4);
        }

        _writer.Broadcast();
    }

    /// <summary>In narrow lanes both numbers may be known to have no sign, and then only that comparison sees what they are.</summary>
    private void WriteSignedLess(IrNode node)
    {
        if (_writer.Shape.Lane == typeof(int) && !(LaneChoice.IsSigned32(node.First!) && LaneChoice.IsSigned32(node.Second!)))
        {
            _writer.DoUnsigned("LessThan", () => Push(node.First!), () => Push(node.Second!));
        }
        else
        {
            Do("LessThan", node);
        }
    }

    private void WriteExtension(IrNode node)
    {
        Push(node.First!);
        Cut(0, (int)node.Number, node.Operation == IrOperation.SignExtend ? NumberSign.Signed : NumberSign.Unsigned);
    }

    /// <summary>Some bits of each lane of the vector on the stack, moved to its low end and widened.</summary>
    private void Cut(int from, int bits, NumberSign sign)
    {
        Type lane = _writer.Shape.Lane;
        int width = 8 * _writer.Shape.LaneBytes;
        if (sign == NumberSign.Unsigned && from == 0 && bits < width)
        {
            _writer.Constant((1L << bits) - 1);
            _writer.Do("BitwiseAnd");
            return;
        }

        if (from + bits < width)
        {
            _writer.Shift("ShiftLeft", lane, width - from - bits);
        }

        if (bits < width)
        {
            _writer.Shift(sign == NumberSign.Signed ? "ShiftRightArithmetic" : "ShiftRightLogical", lane, width - bits);
        }
    }

    private void WriteShift(IrNode node)
    {
        Push(node.First!);
        bool isArithmetic = node.Operation == IrOperation.SignedShiftRight
            && (_writer.Shape.Lane == typeof(long) || LaneChoice.IsSigned32(node.First!));
        string operation = node.Operation == IrOperation.ShiftLeft ? "ShiftLeft" : isArithmetic ? "ShiftRightArithmetic" : "ShiftRightLogical";
        _writer.Shift(operation, _writer.Shape.Lane, (int)(node.Second!.Number & 63));
    }

    private void WriteLaneByLane(IrNode node)
    {
        _writer.PushInt((int)node.Operation);
        Push(node.First!);
        if (node.Operation == IrOperation.SwapBytes)
        {
            _writer.Constant(node.Number);
        }
        else
        {
            Push(node.Second!);
        }

        _writer.DoLaneByLane();
    }
}
