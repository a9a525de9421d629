using System.Globalization;
using System.Text;
using NearData.Isa.Programs;
using NearData.Verifier.Tests.Corpus;

namespace NearData.Verifier.Tests.Soundness;

/// <summary>
/// Random memory programs with loops, calls, callbacks, and variable offsets into stack and memory; most of them verify. r6 is the
/// memory, r7 and r8 are numbers from it, r9 counts turns; r0 and r2 to r5 are numbers.
/// </summary>
internal sealed class LoopingProgramGenerator
{
    private static readonly string[] Operators = ["+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=", "<<=", ">>=", "s>>="];
    private static readonly string[] Relations = ["==", "!=", ">", ">=", "<", "<=", "s>", "s>=", "s<", "s<=", "&"];
    private static readonly string[] Sizes = ["u8", "u16", "u32", "u64"];
    private static readonly string[] Numbers = ["r0", "r2", "r3", "r4", "r5", "r8"];

    private readonly Random _random;
    private readonly StringBuilder _code = new();
    private int _labels;

    private LoopingProgramGenerator(int seed) => _random = new Random(seed);

    public static Program Make(int seed)
    {
        LoopingProgramGenerator generator = new(seed);
        string code = generator.Write();
        return Fixtures.Make(ProgramKind.Memory, $"looping {seed}", code);
    }

    private string Write()
    {
        Line("r6 = r1");
        for (int slot = 8; slot <= 64; slot += 8)
        {
            Line($"*(u64 *)(r10-{slot}) = {_random.Next(-3, 70)}");
        }

        Line($"r7 = *({Pick(Sizes)} *)(r6+{8 * _random.Next(7)})");
        Line("r7 &= 15");
        Line($"r8 = *(u64 *)(r6+{8 * _random.Next(7)})");
        Line("r9 = 0");
        Renew();
        for (int block = _random.Next(2, 7); block > 0; block--)
        {
            Block(depth: 0, memory: "r6", length: 64);
        }

        Line("r0 ^= r7");
        Line("exit");
        Function("read", counts: false);
        Function("fill", counts: true);
        Line("step: r3 = *(u64 *)(r2+0)");
        Line($"r3 {Pick(Operators[..8])} r1");
        Line("*(u64 *)(r2+0) = r3");
        Line("r0 = r1");
        Line("r0 &= 1");
        Line("exit");
        return _code.ToString();
    }

    /// <summary>A function of sixteen bytes at r1 and a number in r2.</summary>
    private void Function(string name, bool counts)
    {
        Line($"{name}: r6 = r1");
        Line("r7 = r2");
        Line("r8 = r2");
        Line("r9 = 0");
        Renew();
        Line($"*(u64 *)(r10-{8 * _random.Next(1, 9)}) = r7");
        string loop = Label();
        Line($"{loop}: r9 += 1");
        Access("r6", length: 16, memoryIsStack: false);
        Line(counts ? $"if r9 < {_random.Next(2, 6)} goto {loop}" : "r0 ^= r9");
        Line("exit");
    }

    private void Block(int depth, string memory, int length)
    {
        switch (_random.Next(9))
        {
            case 0 or 1 when depth == 0:
                Loop(memory, length);
                break;
            case 2 when depth == 0:
                Call();
                break;
            case 3 when depth == 0:
                Line($"r1 = {_random.Next(5)}");
                Line("r2 = subprog[step]");
                Line("r3 = r10");
                Line($"r3 += {-8 * _random.Next(1, 9)}");
                Line("r4 = 0");
                Line("call 181");
                Renew();
                break;
            case 4 or 5:
                Access(memory, length, memoryIsStack: false);
                break;
            case 6:
                Access("r10", length: 64, memoryIsStack: true);
                break;
            case 7:
                string end = Label();
                Line($"if {Pick(Numbers)} {Pick(Relations)} {Operand()} goto {end}");
                Arithmetic();
                Line($"{end}: r0 += 0");
                break;
            default:
                Arithmetic();
                break;
        }
    }

    private void Loop(string memory, int length)
    {
        string head = Label();
        string end = Label();
        Line("r9 = 0");
        Line($"{head}: r0 += r9");
        for (int block = _random.Next(1, 4); block > 0; block--)
        {
            Block(depth: 1, memory, length);
        }

        if (_random.Next(3) == 0)
        {
            Line($"if {Pick(Numbers)} {Pick(Relations)} {Operand()} goto {end}");
        }

        Line($"r9 += {_random.Next(1, 4)}");
        Line(_random.Next(4) switch
        {
            // Steps that miss their end are followed to the limit of the analysis, which takes too long for many programs.
            0 => $"if r9 != 6 goto {head}",
            1 => $"if r9 < r7 goto {head}",
            _ => $"if r9 {Pick(["<", "<=", "s<"])} {_random.Next(1, 12)} goto {head}",
        });
        Line($"{end}: r0 += 1");
    }

    private void Call()
    {
        bool isMemory = _random.Next(2) == 0;
        Line($"r1 = {(isMemory ? "r6" : "r10")}");
        Line($"r1 += {(isMemory ? 8 * _random.Next(7) : -8 * _random.Next(2, 9))}");
        Line($"r2 = {Pick(["r7", "r8", "3"])}");
        Line($"call {Pick(["read", "fill"])}");
        Renew();
    }

    /// <summary>Loads or stores at a number's place, which is kept in bounds by a mask, by a branch, or hardly.</summary>
    private void Access(string memory, int length, bool memoryIsStack)
    {
        string number = Pick(["r2", "r3", "r4"]);
        string end = Label();
        int slack = _random.Next(10) == 0 ? 8 : 0;
        Line($"{number} = {Pick(["r7", "r8", "r9", "r0"])}");
        if (_random.Next(2) == 0)
        {
            Line($"{number} &= {Pick([7, 8, (length / 2) - 1])}");
        }
        else
        {
            Line($"if {number} > {length - 8 + slack} goto {end}");
        }

        Line($"r1 = {memory}");
        Line($"r1 += {number}");
        string place = $"*({Pick(Sizes)} *)(r1+{(memoryIsStack ? -64 : 0) + _random.Next(2)})".Replace("+-", "-", StringComparison.Ordinal);
        Line(_random.Next(2) == 0 ? $"{Pick(["r0", "r5"])} = {place}" : $"{place} = {Pick(Numbers)}");
        Line($"{end}: r0 += 0");
    }

    private void Arithmetic()
    {
        string left = Pick(Numbers);
        string operation = Pick(Operators);
        bool shifts = operation.Contains("<<", StringComparison.Ordinal) || operation.Contains(">>", StringComparison.Ordinal);
        string right = shifts ? _random.Next(32).ToString(CultureInfo.InvariantCulture) : Operand();
        Line(_random.Next(3) == 0 && !right.StartsWith('r')
            ? $"w{left[1..]} {operation} {right}"
            : $"{left} {operation} {right}");
    }

    /// <summary>Calls take r1 to r5 away.</summary>
    private void Renew()
    {
        foreach (string register in (string[])["r0", "r2", "r3", "r4", "r5"])
        {
            Line($"{register} = {Pick(["r7", "r8", "1", "0"])}");
        }
    }

    private string Operand() => _random.Next(2) == 0 ? Pick(Numbers) : _random.Next(-9, 70).ToString(CultureInfo.InvariantCulture);

    private string Label() => string.Create(CultureInfo.InvariantCulture, $"l{_labels++}");

    private T Pick<T>(ReadOnlySpan<T> choices) => choices[_random.Next(choices.Length)];

    private string Pick(string[] choices) => choices[_random.Next(choices.Length)];

    private void Line(string text) => _code.Append(text).Append('\n');
}
