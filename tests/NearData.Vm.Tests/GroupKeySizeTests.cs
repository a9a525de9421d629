using NearData.Isa.Programs;
using NearData.Vm.Maps;

namespace NearData.Vm.Tests;

/// <summary>Groups by keys of every size, against a set of texts.</summary>
public sealed unsafe class GroupKeySizeTests
{
    public static TheoryData<int> Sizes => [.. Enumerable.Range(1, 26)];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Keys_that_differ_in_one_byte_have_groups_of_their_own(int size)
    {
        const int Keys = 20_000;
        using GroupMap groups = new(Definition(size, Keys), new MemoryBudget());
        Random random = new(size);
        Dictionary<string, nint> made = [];
        byte[] key = new byte[size];
        for (int round = 0; round < Keys; round++)
        {
            if (random.Next(3) == 0)
            {
                random.NextBytes(key);
            }

            key[random.Next(size)] = (byte)random.Next(256);
            string text = Convert.ToHexString(key);
            fixed (byte* address = key)
            {
                byte* found = groups.Lookup(address);
                Assert.Equal(made.GetValueOrDefault(text), (nint)found);
                made.TryAdd(text, found is null ? (nint)groups.Add(address) : 0);
            }
        }

        Assert.Equal(made.Count, groups.Count);
        Assert.Equal(GroupLimit.None, groups.Exceeded);
        Assert.Equal(
            made.Keys.Order(StringComparer.Ordinal),
            Enumerable.Range(0, (int)groups.Count).Select(number => Convert.ToHexString(groups.Key(number))).Order(StringComparer.Ordinal));
    }

    private static MapDefinition Definition(int keySize, int most) => new("by_text", MapRole.Declared, MapType.Groups, keySize, sizeof(ulong), most, [])
    {
        Group = new GroupLayout([new GroupKeyField("key", 0, keySize, null)], [new ResultField("rows", 0, FieldType.UInt64, MergeRule.Sum)]),
    };
}
