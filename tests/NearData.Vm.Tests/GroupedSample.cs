using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Vm.Memory;
using static NearData.Isa.Register;

namespace NearData.Vm.Tests;

/// <summary>
/// Programs and batches by group: rows are those of <see cref="SampleRow"/> with texts behind, and a group's members are the results of
/// <see cref="SampleQuery"/>, so that what is made for these updates those too.
/// </summary>
internal static unsafe class GroupedSample
{
    private static readonly int[] KeySizes = [8, 8, 8, 4, 16, 24, 3];

    /// <summary>Bytes of the keys of <see cref="FindByText"/>.</summary>
    public const int TextKeySize = 8;

    private const int NullableText = 12;

    // What texts lead to: letters, so that many begin alike. Never freed.
    private static readonly AlignedMemory Letters = MakeLetters();

    public static RowLayout Layout { get; } = new("grouped", 112, [
        .. SampleRow.Layout.Fields,
        new RowField("s", 56, FieldType.Text),
        new RowField("t", 72, FieldType.Text),
        new RowField("u", 88, FieldType.Text, ValidityOffset: 104),
    ]);

    private static int[] Texts { get; } = [10, 11, NullableText];

    /// <summary>A reduction to groups of <see cref="SampleQuery"/>'s results.</summary>
    /// <param name="random">Decides how many groups there may be.</param>
    /// <param name="keySize">Bytes of a key.</param>
    /// <param name="code">What finds a record's group, and updates it.</param>
    public static Program Reduce(Random random, int keySize, IEnumerable<Instruction> code) => new()
    {
        Name = "grouped",
        Section = "reduce",
        Kind = ProgramKind.Reduce,
        Context = new ProgramContext.Row(Layout),
        Code = [.. code],
        Maps = [new MapDefinition("groups", MapRole.Declared, MapType.Groups, keySize, ValueSize: 48, MaxEntries: random.Next(10) == 0 ? 6 : 50_000, [])
        {
            Group = new GroupLayout([new GroupKeyField("key", 0, keySize, null)], SampleQuery.Results),
        }],
        Results = [],
    };

    /// <summary>Bytes of a random program's key.</summary>
    public static int KeySize(Random random) => KeySizes[random.Next(KeySizes.Length)];

    /// <summary>Code that makes a key of texts, constants and numbers, and leaves its group's address in r9; r6 holds the row.</summary>
    /// <param name="random">Decides which.</param>
    /// <param name="keySize">Bytes of the key.</param>
    /// <param name="loadField">Loads some field into a register.</param>
    public static IEnumerable<Instruction[]> Find(Random random, int keySize, Func<Register, Instruction> loadField)
    {
        bool hasNumbers = random.Next(2) == 0;
        bool hasTexts = !hasNumbers || random.Next(2) == 0;
        bool isChecked = random.Next(3) == 0;
        int first = random.Next(3);

        // Numbers of few values, of few that jump about, or of all that there are.
        int kind = random.Next(8) switch { 0 => 2, < 4 => 1, _ => 0 };
        long few = 1L << random.Next(1, 9);
        int from = -(keySize + 7) / 8 * 8;
        for (int at = 0; at < keySize;)
        {
            short place = (short)(at + from);
            int size = int.Min(keySize - at, 1 << random.Next(4));
            size = size is 1 or 2 or 4 or 8 && at % size == 0 ? size : 1;
            bool isText = hasTexts && size < 8 && (at == 0 || random.Next(2) == 0);
            if (isText)
            {
                yield return
                [
                    .. Copy(Texts[(first + random.Next(2)) % 3], place, size),

                    // As LINQ does: a record whose text is too long is given up.
                    .. isChecked ? (Instruction[])[Instruction.Jump64(JumpOperation.SignedGreaterOrEqual, R0, 0, 2), Programs.Move(R0, 0), Instruction.Exit] : [],
                ];
            }
            else
            {
                MemorySize width = size switch { 8 => MemorySize.DoubleWord, 4 => MemorySize.Word, 2 => MemorySize.HalfWord, _ => MemorySize.Byte };
                yield return
                [
                    hasNumbers && random.Next(4) > 0 ? loadField(R7) : Programs.Move(R7, random.Next()),
                    .. kind == 2 ? (Instruction[])[] : [Instruction.Alu64(AluOperation.And, R7, (int)(few - 1))],
                    .. kind == 1 ? (Instruction[])[Instruction.Alu64(AluOperation.Multiply, R7, -12_345)] : [],
                    Instruction.Store(width, R10, place, R7),
                ];
            }

            at += size;
        }

        yield return Find(from);
    }

    /// <summary>Code that leaves the address of a text's group in r9; r6 holds the row.</summary>
    public static IEnumerable<Instruction> FindByText(int field) => [.. Copy(field, -TextKeySize, TextKeySize), .. Find(-TextKeySize)];

    /// <summary>A text of one letter.</summary>
    public static TextValue Letter => new(1, (nint)Letters.Start);

    private static Instruction[] Copy(int field, short place, int size)
    {
        short text = (short)Layout.Fields[field].Offset;
        return
        [
            Programs.Move(R1, R10), Instruction.Alu64(AluOperation.Add, R1, place), Programs.Move(R2, size),
            Instruction.Load(MemorySize.DoubleWord, R3, R6, (short)(text + 8)), Instruction.Load(MemorySize.DoubleWord, R4, R6, text),
            Instruction.CallHelper(StringHelpers.Copy.Number),
        ];
    }

    private static Instruction[] Find(int key) =>
    [
        .. Programs.LoadMap(R1, 0), Programs.Move(R2, R10), Instruction.Alu64(AluOperation.Add, R2, key),
        Instruction.CallHelper(GroupHelpers.Group.Number), Programs.Move(R9, R0),
    ];

    public static RecordBatch Batch() => new(Layout, Enumerable.Range(0, Layout.Fields.Length), capacity: 1_300, Texts);

    /// <summary>Fills a batch anew, its texts with codes or with values; new dictionaries come now and then.</summary>
    public static void Fill(RecordBatch batch, Random random)
    {
        batch.Count = random.Next(4) switch { 0 => random.Next(20), 1 => batch.Capacity, _ => random.Next(batch.Capacity + 1) };
        SampleRow.Fill(batch, random);
        if (random.Next(3) > 0)
        {
            // Sums stay in 64 bits, or leave them slowly.
            long most = random.Next(2) == 0 ? 1_000 : (1L << 52) - 1;
            foreach (ref long number in batch.Values<long>(0))
            {
                number = random.Next(3) switch { 0 => most, 1 => -most, _ => random.NextInt64(-most, most) };
            }

            batch.Values<ulong>(1).Fill((ulong)most);
        }

        bool hasCodes = random.Next(4) > 0;
        foreach (int field in Texts)
        {
            FillText(batch, field, random, hasCodes);
        }
    }

    private static void FillText(RecordBatch batch, int field, Random random, bool hasCodes)
    {
        CodedValues coded = batch.Coded(field)!;
        if (coded.Dictionary.IsEmpty || random.Next(3) == 0)
        {
            int longest = random.Next(1, 7);
            TextValue[] texts = [.. Enumerable.Range(0, random.Next(1, random.Next(10) == 0 ? 40 : 6)).Select(_ => Text(random, longest)), default];
            coded.SetDictionary(texts);
        }

        coded.IsUsed = hasCodes;
        int few = random.Next(2) == 0 ? 1 : coded.Dictionary.Length - 1;
        bool isNullable = Layout.Fields[field].IsNullable;
        for (int record = 0; record < batch.Count; record++)
        {
            int code = isNullable && random.Next(4) == 0 ? coded.Dictionary.Length - 1 : random.Next(few);
            coded.Codes[record] = (uint)code;
            batch.Values<TextValue>(field)[record] = hasCodes ? new TextValue(1, 1) : coded.Dictionary[code];
            if (isNullable)
            {
                batch.Validity(field)[record] = code == coded.Dictionary.Length - 1 ? (byte)0 : (byte)1;
            }
        }
    }

    /// <summary>Empty, as long as its place, or longer.</summary>
    private static TextValue Text(Random random, int longest) => new(random.Next(longest + 1), (nint)(Letters.Start + random.Next((int)Letters.Length - 8)));

    private static AlignedMemory MakeLetters()
    {
        AlignedMemory letters = new(64);
        for (int at = 0; at < letters.Length; at++)
        {
            letters.Start[at] = (byte)"aabab"[at % 5];
        }

        return letters;
    }
}
