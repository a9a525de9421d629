using System.Buffers.Binary;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Verifier.Rejections;
using NearData.Verifier.Tests.Corpus;
using NearData.Vm;
using NearData.Vm.Maps;

namespace NearData.Verifier.Tests.Soundness;

/// <summary>What the tags promise, of every accepted reduction: any order and any split over workers gives the same results.</summary>
public sealed class GeneratedReductionTests
{
    private const int Programs = 20_000;
    private const int Records = 7;

    [Fact]
    public void Accepted_reductions_give_the_same_results_in_any_order_and_split()
    {
        int accepted = 0;
        for (int seed = 0; seed < Programs; seed++)
        {
            Program program = ReductionGenerator.Make(seed);
            if (!ProgramVerifier.TryVerify(program, out VerifiedProgram? verified, out _))
            {
                continue;
            }

            accepted++;
            Random random = new(seed);
            byte[][] records = [.. Enumerable.Range(0, Records).Select(_ => Record(random))];
            Int128[] whole = Reduce(verified, records);
            random.Shuffle(records);
            Assert.Equal(whole, Reduce(verified, records));
            int cut = random.Next(Records);
            Assert.Equal(whole, Merged(Reduce(verified, records[..cut]), Reduce(verified, records[cut..])));
        }

        Assert.InRange(accepted, Programs / 20, Programs - 1);
    }

    [Fact]
    public void The_layout_of_code_changes_neither_verdict_nor_facts_nor_results()
    {
        int goBack = 0;
        for (int seed = 0; seed < Programs / 4; seed++)
        {
            Program program = ReductionGenerator.Make(seed);
            Program other = program with { Code = BlockShuffle.Shuffle(program.Code, new Random(seed)) };
            bool isAccepted = ProgramVerifier.TryVerify(program, out VerifiedProgram? verified, out Rejection? rejection);
            bool isAlsoAccepted = ProgramVerifier.TryVerify(other, out VerifiedProgram? alsoVerified, out Rejection? otherRejection);
            Assert.True(isAccepted == isAlsoAccepted, $"{rejection?.Message ?? "accepted"}, but {otherRejection?.Message ?? "accepted"}");
            if (!isAccepted)
            {
                continue;
            }

            goBack += BlockShuffle.GoesBack(other.Code) ? 1 : 0;
            Assert.Equal(verified!.Facts.LoadedFields.AsEnumerable(), alsoVerified!.Facts.LoadedFields);
            Assert.Equal(verified.Facts.Sums.AsEnumerable(), alsoVerified.Facts.Sums);
            byte[][] records = [Record(new Random(seed)), Record(new Random(seed + 1))];
            Assert.Equal(Reduce(verified, records), Reduce(alsoVerified, records));
        }

        Assert.True(goBack > Programs / 100, $"only {goBack} programs have jumps back");
    }

    [Fact]
    public void No_record_moves_a_sum_beyond_its_bound()
    {
        for (int seed = 0; seed < Programs / 4; seed++)
        {
            if (!ProgramVerifier.TryVerify(ReductionGenerator.Make(seed), out VerifiedProgram? verified, out _))
            {
                continue;
            }

            Int128[] results = Reduce(verified, [Record(new Random(seed))]);
            for (int field = 0; field < results.Length; field++)
            {
                if (Fixtures.IntegerResults[field].Merge == MergeRule.Sum)
                {
                    SumBound? bound = verified.Facts.Sums.FirstOrDefault(sum => sum.Result == field);
                    bool isWithin = results[field] == 0 || (bound is not null && Wraps(bound, Fixtures.IntegerResults[field].Type))
                        || (bound is not null && bound.Least <= results[field] && results[field] <= bound.Most);
                    Assert.True(isWithin, $"{verified.Program.Name}: {results[field]} is outside {bound}");
                }
            }
        }
    }

    // Two additions of any 64-bit number can wrap the field, whose content alone then tells nothing.
    private static bool Wraps(SumBound bound, FieldType type) => bound.Least < type.Minimum() || bound.Most > type.Maximum();

    private static Int128[] Reduce(VerifiedProgram verified, IReadOnlyList<byte[]> records)
    {
        using MapSet maps = new(verified.Program.Maps);
        Span<byte> results = maps.Value(map: 1, entry: 0);
        Span<byte> identity = stackalloc byte[16];
        foreach (ResultField field in Fixtures.IntegerResults)
        {
            BinaryPrimitives.WriteInt128LittleEndian(identity, field.Merge.Identity(field.Type));
            identity[..field.Type.Size()].CopyTo(results[field.Offset..]);
        }

        Interpreter interpreter = new(verified.Program, maps, verified.Facts.WorstCaseInstructions);
        foreach (byte[] record in records)
        {
            interpreter.Run(record.AsSpan().ToArray());
        }

        return [.. Fixtures.IntegerResults.Select(field => Read(maps.Value(map: 1, entry: 0)[field.Offset..], field.Type))];
    }

    private static Int128[] Merged(Int128[] left, Int128[] right) =>
        [.. Fixtures.IntegerResults.Select((field, index) => Wrapped(field.Merge.Merge(left[index], right[index]), field.Type))];

    private static Int128 Read(ReadOnlySpan<byte> bytes, FieldType type)
    {
        UInt128 raw = 0;
        for (int at = type.Size() - 1; at >= 0; at--)
        {
            raw = (raw << 8) | bytes[at];
        }

        return Wrapped((Int128)raw, type);
    }

    /// <summary>A number as a type of its width holds it.</summary>
    private static Int128 Wrapped(Int128 number, FieldType type)
    {
        int bits = type.Size() * 8;
        return type.IsSigned() ? number << (128 - bits) >> (128 - bits) : number << (128 - bits) >>> (128 - bits);
    }

    /// <summary>Numbers near each other and near the types' ends, so that comparisons go either way.</summary>
    private static byte[] Record(Random random)
    {
        byte[] row = new byte[Fixtures.Row.Size];
        Span<byte> bytes = stackalloc byte[8];
        foreach (RowField field in Fixtures.IntegerFields)
        {
            long number = random.Next(6) switch
            {
                0 => (long)field.Type.Minimum(),
                1 => (long)(ulong)field.Type.Maximum(),
                _ => random.Next(-4, 5),
            };
            BinaryPrimitives.WriteInt64LittleEndian(bytes, field.Type == FieldType.Bool ? number & 1 : number);
            bytes[..field.Type.Size()].CopyTo(row.AsSpan(field.Offset));
            if (field.ValidityOffset is { } validity)
            {
                row[validity] = (byte)random.Next(2);
            }
        }

        return row;
    }
}
