using System.Reflection.Emit;
using NearData.Vm.Compilation;

namespace NearData.Vm.Vectors;

/// <summary>Writes a dynamic method in terms of vectors of one shape. The evaluation stack is empty at every label.</summary>
internal sealed class VectorWriter
{
    /// <summary>Bits of the processor's operations on masks, at least.</summary>
    private const int FewestMaskBits = 8;

    private readonly ILGenerator _il;

    public VectorWriter(ILGenerator il, VectorShape shape)
    {
        _il = il;
        Shape = shape;
        Numbers = new MethodWriter(il);
    }

    public VectorShape Shape { get; }

    /// <summary>Addresses, positions and everything else that isn't a vector.</summary>
    public MethodWriter Numbers { get; }

    public LocalBuilder NewVector() => _il.DeclareLocal(Shape.Vector);

    /// <summary>A vector of 64-bit lanes, whatever the shape's are.</summary>
    public LocalBuilder NewWide() => _il.DeclareLocal(Shape.VectorOf(typeof(long)));

    public void Load(LocalBuilder local) => _il.Emit(OpCodes.Ldloc, local);

    public void Store(LocalBuilder local) => _il.Emit(OpCodes.Stloc, local);

    /// <summary>Pushes a vector whose lanes all hold a number.</summary>
    public void Constant(long number)
    {
        PushLane(number);
        Broadcast();
    }

    /// <summary>The number on the stack, of the lane's type, in all lanes.</summary>
    public void Broadcast() => _il.Emit(OpCodes.Call, Shape.Create(Shape.Lane));

    /// <summary>An operation of the runtime's vectors on lanes of the shape's type.</summary>
    public void Do(string operation, int operands = 2) => _il.Emit(OpCodes.Call, Shape.Generic(operation, Shape.Lane, operands));

    /// <summary>The same on 64-bit lanes.</summary>
    public void DoWide(string operation, int operands = 2) => _il.Emit(OpCodes.Call, Shape.Generic(operation, typeof(long), operands));

    /// <summary>An operation of two operands on lanes without sign; what it gives are lanes of the shape's type again.</summary>
    public void DoUnsigned(string operation, Action pushLeft, Action pushRight)
    {
        pushLeft();
        _il.Emit(OpCodes.Call, Shape.As(Shape.Lane, Shape.UnsignedLane));
        pushRight();
        _il.Emit(OpCodes.Call, Shape.As(Shape.Lane, Shape.UnsignedLane));
        _il.Emit(OpCodes.Call, Shape.Generic(operation, Shape.UnsignedLane, 2));
        _il.Emit(OpCodes.Call, Shape.As(Shape.UnsignedLane, Shape.Lane));
    }

    /// <summary>An operation of two operands on lanes that are doubles' bits.</summary>
    public void DoDouble(string operation, Action pushLeft, Action pushRight)
    {
        pushLeft();
        _il.Emit(OpCodes.Call, Shape.As(typeof(long), typeof(double)));
        pushRight();
        _il.Emit(OpCodes.Call, Shape.As(typeof(long), typeof(double)));
        _il.Emit(OpCodes.Call, Shape.Generic(operation, typeof(double), 2));
        _il.Emit(OpCodes.Call, Shape.As(typeof(double), typeof(long)));
    }

    /// <summary>The signed numbers on the stack as doubles' bits.</summary>
    public void ToDouble()
    {
        _il.Emit(OpCodes.Call, Shape.Exact("ConvertToDouble", Shape.Vector));
        _il.Emit(OpCodes.Call, Shape.As(typeof(double), typeof(long)));
    }

    /// <summary>Shifts all lanes of a type by a constant.</summary>
    public void Shift(string operation, Type lane, int count)
    {
        _il.Emit(OpCodes.Ldc_I4, count);
        _il.Emit(OpCodes.Call, Shape.Exact(operation, Shape.VectorOf(lane), typeof(int)));
    }

    /// <summary>An operation on 64-bit lanes that there is no instruction for: the operands are on the stack, behind its number.</summary>
    public void DoLaneByLane() => _il.Emit(OpCodes.Call, LaneByLane.Of(Shape));

    /// <summary>A method of <see cref="ExactQuotient"/>.</summary>
    public void DoExact(string name) => _il.Emit(OpCodes.Call, typeof(ExactQuotient).GetMethod(name, [Shape.Vector, Shape.Vector])!);

    public void PushInt(int number) => _il.Emit(OpCodes.Ldc_I4, number);

    /// <summary>The sign bits of all lanes, as a number.</summary>
    public void PushMask()
    {
        _il.Emit(OpCodes.Call, Shape.Generic("ExtractMostSignificantBits", Shape.Lane, 1));
        _il.Emit(OpCodes.Conv_U8);
        if (Shape.Lanes < FewestMaskBits)
        {
            // The runtime's compiler (10.0.12) inverts a mask of fewer lanes with the bits behind the last, and leaves those.
            _il.Emit(OpCodes.Ldc_I8, (1L << Shape.Lanes) - 1);
            _il.Emit(OpCodes.And);
        }
    }

    /// <summary>Each half of a vector of 32-bit lanes as 64-bit lanes.</summary>
    /// <param name="half"><c>WidenLower</c> or <c>WidenUpper</c>.</param>
    /// <param name="sign">How they are widened.</param>
    public void Widen(string half, NumberSign sign)
    {
        Type narrow = sign == NumberSign.Signed ? typeof(int) : typeof(uint);
        if (narrow != Shape.Lane)
        {
            _il.Emit(OpCodes.Call, Shape.As(Shape.Lane, narrow));
        }

        _il.Emit(OpCodes.Call, Shape.Exact(half, Shape.VectorOf(narrow)));
        if (sign == NumberSign.Unsigned)
        {
            _il.Emit(OpCodes.Call, Shape.As(typeof(ulong), typeof(long)));
        }
    }

    /// <summary>Replaces the address on the stack by the vector there.</summary>
    public void LoadFrom(Type vector)
    {
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Unaligned, (byte)1);
        _il.Emit(OpCodes.Ldobj, vector);
    }

    /// <summary>Stores the vector on the stack at the address under it.</summary>
    public void StoreTo(Type vector)
    {
        _il.Emit(OpCodes.Unaligned, (byte)1);
        _il.Emit(OpCodes.Stobj, vector);
    }

    /// <summary>
    /// Replaces the address on the stack by a vector of as many numbers as there are lanes, each of so many bytes there, widened or
    /// narrowed to a lane.
    /// </summary>
    public void LoadLanes(int size, NumberSign sign)
    {
        int bytes = size * Shape.Lanes;
        if (size > Shape.LaneBytes)
        {
            LoadNarrowed();
            return;
        }

        LoadPacked(bytes, ElementOf(size, sign));
        for (; size < Shape.LaneBytes; size *= 2, bytes *= 2)
        {
            WidenOnce(bytes, ElementOf(size, sign));
        }

        Type loaded = ElementOf(size, sign);
        if (loaded != Shape.Lane)
        {
            _il.Emit(OpCodes.Call, Shape.As(loaded, Shape.Lane));
        }
    }

    /// <summary>Two vectors of 64-bit numbers become one of their low halves.</summary>
    private void LoadNarrowed()
    {
        LocalBuilder address = Numbers.NewNumber();
        Numbers.Store(address);
        for (int half = 0; half < 2; half++)
        {
            Numbers.Load(address);
            Numbers.AddConstant(half * Shape.Bytes);
            LoadFrom(Shape.VectorOf(typeof(long)));
        }

        _il.Emit(OpCodes.Call, Shape.Exact("Narrow", Shape.VectorOf(typeof(long)), Shape.VectorOf(typeof(long))));
    }

    // What is less than the least vector is loaded as a number into the low end of one.
    private void LoadPacked(int bytes, Type element)
    {
        if (bytes >= 16)
        {
            LoadFrom(VectorShape.OfBytes(bytes, element).VectorOf(element));
            return;
        }

        (OpCode load, Type number) = bytes switch
        {
            8 => (OpCodes.Ldind_I8, typeof(ulong)),
            4 => (OpCodes.Ldind_U4, typeof(uint)),
            _ => (OpCodes.Ldind_U2, typeof(ushort)),
        };
        VectorShape least = VectorShape.OfBytes(16, element);
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Unaligned, (byte)1);
        _il.Emit(load);
        _il.Emit(OpCodes.Call, least.Exact("CreateScalar", number));
        _il.Emit(OpCodes.Call, least.As(number, element));
    }

    private void WidenOnce(int bytes, Type element)
    {
        VectorShape target = VectorShape.OfBytes(int.Max(2 * bytes, 16), element);
        if (bytes >= 16)
        {
            VectorShape source = VectorShape.OfBytes(bytes, element);
            _il.Emit(OpCodes.Call, source.Generic(bytes == 16 ? "ToVector256Unsafe" : "ToVector512Unsafe", element, 1));
        }

        _il.Emit(OpCodes.Call, target.Exact("WidenLower", target.VectorOf(element)));
    }

    private void PushLane(long number)
    {
        if (Shape.Lane == typeof(long))
        {
            _il.Emit(OpCodes.Ldc_I8, number);
        }
        else
        {
            _il.Emit(OpCodes.Ldc_I4, (int)number);
        }
    }

    private static Type ElementOf(int size, NumberSign sign) => (size, sign) switch
    {
        (1, NumberSign.Signed) => typeof(sbyte),
        (1, _) => typeof(byte),
        (2, NumberSign.Signed) => typeof(short),
        (2, _) => typeof(ushort),
        (4, NumberSign.Signed) => typeof(int),
        (4, _) => typeof(uint),
        (_, NumberSign.Signed) => typeof(long),
        _ => typeof(ulong),
    };
}
