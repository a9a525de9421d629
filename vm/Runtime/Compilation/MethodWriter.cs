using System.Reflection;
using System.Reflection.Emit;
using NearData.Isa;

namespace NearData.Vm.Compilation;

/// <summary>
/// Writes a dynamic method in terms of 64-bit numbers: addresses, registers and offsets are all <see cref="long"/>. The
/// evaluation stack is empty at every label.
/// </summary>
internal sealed class MethodWriter
{
    private readonly ILGenerator _il;

    public MethodWriter(ILGenerator il) => _il = il;

    public LocalBuilder NewNumber() => _il.DeclareLocal(typeof(long));

    public Label NewLabel() => _il.DefineLabel();

    public void Mark(Label label) => _il.MarkLabel(label);

    public void Branch(OpCode code, Label target) => _il.Emit(code, target);

    public void Do(OpCode code) => _il.Emit(code);

    public void Do(OpCode first, OpCode second)
    {
        _il.Emit(first);
        _il.Emit(second);
    }

    /// <summary>Pushes a field of the <see cref="CallFrame"/> that the method was called with.</summary>
    public void PushFrameField(int offset)
    {
        Do(OpCodes.Ldarg_0);
        AddConstant(offset);
        LoadIndirect(MemorySize.DoubleWord);
    }

    /// <summary>Stores a number to a field of the <see cref="CallFrame"/>.</summary>
    public void StoreFrameField(int offset, LocalBuilder value)
    {
        Do(OpCodes.Ldarg_0);
        Constant(offset);
        Do(OpCodes.Add, OpCodes.Conv_I);
        Load(value);
        StoreIndirect(MemorySize.DoubleWord);
    }

    /// <summary>Pushes an argument of the method; the frame is number 0.</summary>
    public void LoadArgument(byte number) => _il.Emit(OpCodes.Ldarg_S, number);

    public void Load(LocalBuilder local) => _il.Emit(OpCodes.Ldloc, local);

    public void Store(LocalBuilder local) => _il.Emit(OpCodes.Stloc, local);

    public void Constant(long value) => _il.Emit(OpCodes.Ldc_I8, value);

    public void NarrowConstant(int value) => _il.Emit(OpCodes.Ldc_I4, value);

    public void Call(MethodInfo method) => _il.Emit(OpCodes.Call, method);

    /// <summary>Adds a constant to the number on the stack.</summary>
    public void AddConstant(long value)
    {
        if (value != 0)
        {
            Constant(value);
            Do(OpCodes.Add);
        }
    }

    /// <summary>Replaces the address on the stack by the number there.</summary>
    public void LoadIndirect(MemorySize size, NumberSign sign = NumberSign.Unsigned)
    {
        Do(OpCodes.Conv_I);
        AnnounceAccess();
        switch (size, sign)
        {
            case (MemorySize.Byte, NumberSign.Unsigned): Do(OpCodes.Ldind_U1, OpCodes.Conv_U8); break;
            case (MemorySize.HalfWord, NumberSign.Unsigned): Do(OpCodes.Ldind_U2, OpCodes.Conv_U8); break;
            case (MemorySize.Word, NumberSign.Unsigned): Do(OpCodes.Ldind_U4, OpCodes.Conv_U8); break;
            case (MemorySize.Byte, _): Do(OpCodes.Ldind_I1, OpCodes.Conv_I8); break;
            case (MemorySize.HalfWord, _): Do(OpCodes.Ldind_I2, OpCodes.Conv_I8); break;
            case (MemorySize.Word, _): Do(OpCodes.Ldind_I4, OpCodes.Conv_I8); break;
            default: Do(OpCodes.Ldind_I8); break;
        }
    }

    /// <summary>Stores the low bytes of a number at the address under it.</summary>
    public void StoreIndirect(MemorySize size)
    {
        AnnounceAccess();
        Do(size switch
        {
            MemorySize.Byte => OpCodes.Stind_I1,
            MemorySize.HalfWord => OpCodes.Stind_I2,
            MemorySize.Word => OpCodes.Stind_I4,
            _ => OpCodes.Stind_I8,
        });
    }

    /// <summary>Cuts the number on the stack to a size, and widens it again.</summary>
    public void Extend(MemorySize size, NumberSign sign)
    {
        switch (size, sign)
        {
            case (MemorySize.Byte, NumberSign.Unsigned): Do(OpCodes.Conv_U1, OpCodes.Conv_U8); break;
            case (MemorySize.HalfWord, NumberSign.Unsigned): Do(OpCodes.Conv_U2, OpCodes.Conv_U8); break;
            case (MemorySize.Word, NumberSign.Unsigned): Do(OpCodes.Conv_U4, OpCodes.Conv_U8); break;
            case (MemorySize.Byte, _): Do(OpCodes.Conv_I1, OpCodes.Conv_I8); break;
            case (MemorySize.HalfWord, _): Do(OpCodes.Conv_I2, OpCodes.Conv_I8); break;
            case (MemorySize.Word, _): Do(OpCodes.Conv_I4, OpCodes.Conv_I8); break;
            default: break;
        }
    }

    // Volatile, so that the runtime's compiler reads and writes memory just as it is told, in that order and in those sizes. On x64
    // this is no barrier.
    private void AnnounceAccess()
    {
        _il.Emit(OpCodes.Unaligned, (byte)1);
        Do(OpCodes.Volatile);
    }
}
