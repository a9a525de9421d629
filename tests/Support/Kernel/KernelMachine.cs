using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;

namespace NearData.TestSupport.Kernel;

/// <summary>
/// A program in the kernel, ready to be run for its whole r0, memory and packet. The kernel hands back only the low half of
/// r0, and has no programs over plain memory; so the program is loaded as XDP with a few slots around it that change nothing it can see:
/// <code>
///   r1 = address of a map's value      memory programs only: the value is the memory
///   r2 = length
///   goto body
///   r1 = address of a map's value      the exits of the program lead here
///   *(u64 *)r1 = r0
///   exit
///   body: the program's slots, each of its own exits a goto
/// </code>
/// The stack, all other registers and the functions that follow are the program's own.
/// </summary>
public sealed class KernelMachine : IDisposable
{
    private const int ShortestPacket = 14;

    private static readonly byte[] FirstKey = new byte[4];

    private readonly KernelMap _result;
    private readonly KernelMap? _memory;
    private readonly KernelProgram _loaded;

    private KernelMachine(KernelMaps maps, KernelMap result, KernelMap? memory, KernelProgram loaded)
    {
        Maps = maps;
        _result = result;
        _memory = memory;
        _loaded = loaded;
    }

    /// <summary>The program's maps, kept from run to run.</summary>
    public KernelMaps Maps { get; }

    /// <summary>Loads a memory or an XDP program, with maps of its own.</summary>
    /// <param name="program">The program.</param>
    /// <param name="others">XDP programs over the same maps, which entries of program arrays name.</param>
    /// <param name="log">What the kernel writes where it refuses.</param>
    /// <exception cref="KernelException">The kernel refused, with its verifier's log; slots there count from the harness's first.</exception>
    public static KernelMachine Load(Program program, ImmutableArray<Program> others = default, KernelLog log = KernelLog.Instructions)
    {
        KernelMaps? maps = null;
        KernelMap? result = null;
        KernelMap? memory = null;
        try
        {
            maps = KernelMaps.Create(program.Maps);
            result = KernelMap.Create(Array("result", sizeof(ulong)));
            int length = program.Context is ProgramContext.Memory context ? context.Length : 0;
            memory = length == 0 ? null : KernelMap.Create(Array("memory", length));
            ImmutableArray<KernelMap> all = [.. maps, result, .. memory is null ? [] : new[] { memory }];
            foreach (Program other in others.IsDefault ? [] : others)
            {
                // The program array keeps it.
                using KernelProgram target = KernelLoader.Load(other.Name, KernelProgramType.Xdp, Wrap(other, length), all, log);
                maps.FillProgramArrays(other.Name, target);
            }

            KernelProgram loaded = KernelLoader.Load(program.Name, KernelProgramType.Xdp, Wrap(program, length), all, log);
            return new KernelMachine(maps, result, memory, loaded);
        }
        catch
        {
            maps?.Dispose();
            result?.Dispose();
            memory?.Dispose();
            throw;
        }
    }

    /// <summary>Runs a memory program once.</summary>
    /// <param name="memory">As many bytes as the program is for; what it stores is stored here.</param>
    /// <returns>r0.</returns>
    public ulong RunMemory(Span<byte> memory)
    {
        _memory?.Update(FirstKey, memory.ToArray());
        _loaded.Run(new byte[ShortestPacket]);
        _memory?.Lookup(FirstKey)!.CopyTo(memory);
        return Result();
    }

    /// <summary>Runs an XDP program once.</summary>
    /// <param name="packet">At least 14 bytes.</param>
    /// <returns>r0, and the packet as the program left it.</returns>
    public (ulong Result, byte[] Packet) RunPacket(byte[] packet)
    {
        KernelRun run = _loaded.Run(packet);
        return (Result(), run.Packet);
    }

    /// <summary>The mean time of a run in nanoseconds, as the kernel measures it.</summary>
    public uint Time(byte[] packet, int repeat) => _loaded.Run(packet, repeat).Nanoseconds;

    public void Dispose()
    {
        _loaded.Dispose();
        _memory?.Dispose();
        _result.Dispose();
        Maps.Dispose();
    }

    private ulong Result() => BitConverter.ToUInt64(_result.Lookup(FirstKey));

    private static MapDefinition Array(string name, int valueSize) =>
        new(name, MapRole.Declared, MapType.Array, KeySize: 4, valueSize, MaxEntries: 1, InitialValue: []);

    private static ImmutableArray<Instruction> Wrap(Program program, int length)
    {
        int result = program.Maps.Length;
        ImmutableArray<Instruction>.Builder code = ImmutableArray.CreateBuilder<Instruction>();
        if (program.Context is ProgramContext.Memory)
        {
            code.AddRange(length == 0
                ? [Instruction.Alu64(AluOperation.Move, Register.R1, 0)]
                : Slots(Instruction.LoadMapValue(Register.R1, result + 1, 0)));
            code.Add(Instruction.Alu64(AluOperation.Move, Register.R2, length));
        }

        code.Add(Instruction.Goto(4));
        int end = code.Count;
        code.AddRange(Slots(Instruction.LoadMapValue(Register.R1, result, 0)));
        code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R1, 0, Register.R0));
        code.Add(Instruction.Exit);
        int own = OwnLength(program.Code);
        for (int slot = 0; slot < program.Code.Length; slot++)
        {
            code.Add(slot < own && program.Code[slot].IsExit ? FarGoto(end - code.Count - 1) : program.Code[slot]);
        }

        return code.ToImmutable();
    }

    private static Instruction[] Slots((Instruction First, Instruction Second) wide) => [wide.First, wide.Second];

    private static Instruction FarGoto(int distance) =>
        new(Opcode.Jump(InstructionClass.Jump32, JumpOperation.Always, fromRegister: false), default, default, 0, distance);

    /// <summary>Slots before the first function that is called or taken the address of.</summary>
    private static int OwnLength(ImmutableArray<Instruction> code) => FunctionTypes.Starts(code).Skip(1).FirstOrDefault(code.Length);
}
