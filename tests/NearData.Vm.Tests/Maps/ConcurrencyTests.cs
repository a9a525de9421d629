using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Vm.Maps;
using static NearData.Isa.Register;
using static NearData.Vm.Tests.Maps.MapFixture;
using static NearData.Vm.Tests.Programs;

namespace NearData.Vm.Tests.Maps;

/// <summary>Maps under several threads. Each test counts operations, not time.</summary>
public sealed class ConcurrencyTests
{
    private const int Threads = 4;
    private const int Rounds = 60_000;
    private const int ValueSize = 2048;

    [Theory]
    [InlineData(MapType.Hash)]
    [InlineData(MapType.LruHash)]
    public void A_reader_sees_whole_values_of_the_key_that_it_asked_for(MapType type)
    {
        // Few keys in few elements: each is deleted, made anew and replaced all the time. Large values, so that copies take long.
        using MapSet maps = Make(Define(type, 8, ValueSize, 6), cpus: 2);
        Together((thread, _) =>
        {
            Random random = new(thread);
            byte[] value = new byte[ValueSize];
            for (int round = 0; round < Rounds; round++)
            {
                long key = random.Next(8);
                if (thread % 2 == 0)
                {
                    Fill(value, (key << 32) | (uint)round);
                    MapError error = random.Next(3) == 0 ? maps[0].Delete(Bytes(key)) : maps[0].Update(Bytes(key), value);
                    Assert.True(error is MapError.None or MapError.NoEntry || (error == MapError.TooBig && type == MapType.Hash));
                }
                else if (maps[0].Lookup(Bytes(key), value) == MapError.None)
                {
                    long first = BitConverter.ToInt64(value);
                    Assert.Equal(key, first >> 32);
                    Assert.True(MemoryMarshal.Cast<byte, long>(value).IndexOfAnyExcept(first) < 0, "a value of parts");
                }
            }
        });

        // No element was lost on the way: there is room for as many as at the start.
        for (long key = 0; key < 8; key++)
        {
            maps[0].Delete(Bytes(key));
        }

        Assert.Equal(6, Enumerable.Range(100, 6).Count(key => maps[0].Update(Bytes((long)key), new byte[ValueSize], UpdateFlags.NoExist) == MapError.None));
        Assert.Equal(6, Enumerable.Range(100, 6).Count(key => maps[0].Lookup(Bytes((long)key), new byte[ValueSize]) == MapError.None));
    }

    [Fact]
    public void No_update_is_lost_and_none_is_done_twice()
    {
        const int each = 5000;
        using MapSet maps = Make(Define(MapType.Hash, 8, 8, each * Threads), cpus: Threads);
        ConcurrentBag<long> made = [];
        Together((thread, _) =>
        {
            // All threads try all keys; each key is made once.
            for (long key = 0; key < each * Threads; key++)
            {
                if (maps[0].Update(Bytes(key), Bytes((long)thread), UpdateFlags.NoExist) == MapError.None)
                {
                    made.Add(key);
                }
            }
        });
        Assert.Equal(each * Threads, made.Distinct().Count());
        Assert.Equal(each * Threads, made.Count);
        ConcurrentBag<long> deleted = [];
        Together((_, _) =>
        {
            byte[] value = new byte[8];
            for (long key = 0; key < each * Threads; key++)
            {
                if (maps[0].LookupAndDelete(Bytes(key), value) == MapError.None)
                {
                    deleted.Add(key);
                }
            }
        });
        Assert.Equal(each * Threads, deleted.Count);
        Assert.Equal(MapError.NoEntry, maps[0].NextKey([], new byte[8]));
    }

    [Fact]
    public unsafe void A_key_that_stays_is_always_found_however_its_neighbours_come_and_go()
    {
        // A long chain with the key at its end, whose elements are moved to other chains and back under the readers.
        const int length = 64;
        const int rounds = 500_000;
        using MapSet maps = Make(Define(MapType.Hash, 8, 8, length, MapFlags.ZeroSeed), cpus: 2);
        KeyHash hash = new(sizeof(long), seed: 0);
        long[] inChain = [.. Enumerable.Range(0, int.MaxValue).Select(key => (long)key).Where(key => Bucket(key) == 0).Take(length)];
        long[] elsewhere = [.. Enumerable.Range(0, int.MaxValue).Select(key => (long)key).Where(key => Bucket(key) != 0).Take(length)];
        foreach (long key in inChain)
        {
            Assert.Equal(MapError.None, maps[0].Update(Bytes(key), Bytes(key)));
        }

        Together((thread, _) =>
        {
            Random random = new(thread);
            for (int round = 0; round < rounds; round++)
            {
                if (thread % 2 == 0)
                {
                    long from = inChain[random.Next(1, length)];
                    long to = elsewhere[random.Next(length)];
                    maps[0].Delete(Bytes(from));
                    maps[0].Update(Bytes(to), Bytes(to));
                    maps[0].Delete(Bytes(to));
                    maps[0].Update(Bytes(from), Bytes(from));
                }
                else
                {
                    Assert.Equal(inChain[0], Find(maps[0], Bytes(inChain[0])));
                }
            }
        });

        uint Bucket(long key) => hash.Of((byte*)&key) & ((2 * length) - 1);
    }

    [Fact]
    public void The_longest_prefix_that_stays_is_always_found_while_others_come_and_go()
    {
        // Nodes on the way to it are taken out and used elsewhere under the readers.
        using MapSet maps = Make(Define(MapType.LpmTrie, 20, 8, 256, MapFlags.NoPreallocation));
        maps[0].Update(Prefix(8, 0x0a), Bytes(8L));
        maps[0].Update(Prefix(120, 0x0a), Bytes(120L));
        Together((thread, _) =>
        {
            Random random = new(thread);
            for (int round = 0; round < Rounds; round++)
            {
                if (thread % 2 == 0)
                {
                    byte[] onTheWay = Prefix(random.Next(9, 120), 0x0a);
                    byte[] elsewhere = Prefix(random.Next(9, 120), 0x0b);
                    maps[0].Update(onTheWay, Bytes(0L));
                    maps[0].Delete(onTheWay);
                    maps[0].Update(elsewhere, Bytes(0L));
                    maps[0].Delete(elsewhere);
                }
                else
                {
                    Assert.Equal(120, Find(maps[0], Prefix(128, 0x0a)));
                }
            }
        });
        Assert.Equal(8, Find(maps[0], [.. Prefix(128, 0x0a)[..5], 0xff, .. new byte[14]]));
    }

    [Fact]
    public void A_ring_buffer_loses_and_mixes_up_nothing_between_producers_and_consumer()
    {
        const int records = 20_000;
        MapDefinition definition = Define(MapType.RingBuffer, 0, 0, 4096);
        using MapSet maps = Make(definition);
        RingBufferMap ring = (RingBufferMap)maps[0];
        long[] next = new long[Threads];
        long total = 0;
        Together((thread, stop) =>
        {
            if (thread == 0)
            {
                while (total < (Threads - 1) * (long)records)
                {
                    total += ring.Read(bytes =>
                    {
                        long first = BitConverter.ToInt64(bytes);
                        int producer = (int)(first >> 32);
                        Assert.Equal(next[producer]++, (uint)first);
                        Assert.True(bytes.ToArray().Chunk(sizeof(long)).All(part => BitConverter.ToInt64(part) == first));
                    });
                    Pause(stop);
                }
            }
            else
            {
                Produce(maps, thread, records, stop);
            }
        });
        Assert.Equal([0, records, records, records], next);
    }

    private static void Produce(MapSet maps, int thread, int records, CancellationToken stop)
    {
        // r = reserve(map, 24); three times what the memory holds; submit(r); 0 where there was no room.
        Program program = OverMemory(8,
            [Instruction.Load(MemorySize.DoubleWord, R6, R1, 0), .. LoadMap(R1, 0), Move(R2, 24), Move(R3, 0), Instruction.CallHelper(131),
                Instruction.Jump64(JumpOperation.Equal, R0, 0, 7), Instruction.Store(MemorySize.DoubleWord, R0, 0, R6),
                Instruction.Store(MemorySize.DoubleWord, R0, 8, R6), Instruction.Store(MemorySize.DoubleWord, R0, 16, R6), Move(R1, R0),
                Move(R2, 0), Instruction.CallHelper(132), Move(R0, 1), Instruction.Exit]) with
        {
            Maps = maps.Maps,
        };
        Interpreter interpreter = new(program, maps);
        for (long record = 0; record < records;)
        {
            if (interpreter.Run(Bytes(((long)thread << 32) | record)) != 0)
            {
                record++;
            }
            else
            {
                Pause(stop);
            }
        }
    }

    [Fact]
    public void A_queue_hands_out_each_value_once()
    {
        using MapSet maps = Make(Define(MapType.Queue, 0, 8, 100));
        ConcurrentBag<long> taken = [];
        Together((thread, stop) =>
        {
            byte[] value = new byte[8];
            for (long round = 0; round < 5000; round++)
            {
                bool isDone = false;
                while (!isDone)
                {
                    isDone = thread < Threads / 2
                        ? maps[0].Update([], Bytes((thread * 5000L) + round)) == MapError.None
                        : maps[0].LookupAndDelete([], value) == MapError.None;
                    Pause(stop);
                }

                if (thread >= Threads / 2)
                {
                    taken.Add(BitConverter.ToInt64(value));
                }
            }
        });
        Assert.Equal(Enumerable.Range(0, 5000 * Threads / 2).Select(value => (long)value), taken.Order());
    }

    [Fact]
    public void A_budget_counts_right_under_several_threads()
    {
        MemoryBudget budget = new(1 << 20);
        Together((_, _) =>
        {
            for (int round = 0; round < 500; round++)
            {
                using MapSet maps = new([Define(MapType.Array, 4, 8, 100)], budget);
            }
        });
        Assert.Equal(0, budget.Used);
    }

    private static byte[] Prefix(int bits, byte first) => [.. Bytes(bits), first, .. new byte[15]];

    private static void Fill(byte[] value, long number)
    {
        for (int at = 0; at < value.Length; at += sizeof(long))
        {
            Bytes(number).CopyTo(value, at);
        }
    }

    private static void Pause(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        Thread.Yield();
    }

    // Where one thread fails the others stop waiting for it.
    private static void Together(Action<int, CancellationToken> work)
    {
        ConcurrentBag<Exception> failures = [];
        using CancellationTokenSource stop = new();
        List<Thread> threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            RunContext.Current.Processor = number;
            if (Record.Exception(() => work(number, stop.Token)) is { } failure)
            {
                failures.Add(failure);
                stop.Cancel();
            }
        }))];
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.DoesNotContain(failures, failure => failure is not OperationCanceledException);
    }
}
