using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using NearData.Isa;

namespace NearData.TestSupport.Kernel;

/// <summary>
/// Types that say no more than which functions there are. The kernel asks for them where a program takes a function's address, to
/// see that the function is static; it gets each function's arguments from the calls.
/// </summary>
internal sealed class FunctionTypes : IDisposable
{
    private const int KindInt = 1;
    private const int KindFunction = 12;
    private const int KindFunctionPrototype = 13;
    private const int FirstFunctionId = 3;

    private FunctionTypes(KernelBtf btf, byte[] info)
    {
        Btf = btf;
        Info = info;
    }

    public KernelBtf Btf { get; }

    /// <summary><c>struct bpf_func_info</c> for each function, in order.</summary>
    public byte[] Info { get; }

    /// <summary>The types, or null where the code takes no function's address.</summary>
    public static FunctionTypes? Of(ImmutableArray<Instruction> code)
    {
        if (!code.Any(slot => slot.IsWide && slot.WideKind == WideImmediateKind.Function))
        {
            return null;
        }

        int[] starts = Starts(code);
        byte[] info = new byte[starts.Length * 8];
        for (int function = 0; function < starts.Length; function++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(info.AsSpan(function * 8), starts[function]);
            BinaryPrimitives.WriteInt32LittleEndian(info.AsSpan((function * 8) + 4), FirstFunctionId + function);
        }

        return new FunctionTypes(KernelBtf.Load(Section(starts.Length)), info);
    }

    /// <summary>Slots where the kernel sees a function begin: the program, and what is called or taken the address of.</summary>
    public static int[] Starts(ImmutableArray<Instruction> code)
    {
        SortedSet<int> starts = [0];
        for (int slot = 0; slot < code.Length; slot += code[slot].IsWide ? 2 : 1)
        {
            bool isCall = code[slot].IsCall && code[slot].Source.Number == (byte)CallKind.Local;
            if (isCall || (code[slot].IsWide && code[slot].WideKind == WideImmediateKind.Function))
            {
                starts.Add(slot + 1 + code[slot].Immediate);
            }
        }

        return [.. starts];
    }

    public void Dispose() => Btf.Dispose();

    /// <summary>A <c>.BTF</c> section: <c>int</c>, <c>int (*)(void)</c>, and a static function of that type for each name.</summary>
    private static byte[] Section(int functions)
    {
        StringBuilder names = new("\0int\0");
        List<int> words = [.. Type(1, KindInt, linkage: 0, 4), 32 | (1 << 24), .. Type(0, KindFunctionPrototype, linkage: 0, 1)];
        for (int function = 0; function < functions; function++)
        {
            words.AddRange(Type(names.Length, KindFunction, linkage: 0, 2));
            names.Append($"function_{function}\0");
        }

        byte[] text = Encoding.ASCII.GetBytes(names.ToString());
        int[] header = [0x0001_eb9f, 24, 0, words.Count * 4, words.Count * 4, text.Length];
        return [.. header.Concat(words).SelectMany(BitConverter.GetBytes), .. text];
    }

    private static int[] Type(int name, int kind, int linkage, int sizeOrType) => [name, (kind << 24) | linkage, sizeOrType];
}
