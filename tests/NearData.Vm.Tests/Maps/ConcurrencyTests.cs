using System.Collections.Concurrent;
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

    [Theory]
    [InlineData(MapType.Hash)]
    [InlineData(MapType.LruHash)]
    public void A_reader_sees_whole_values_of_the_key_that_it_asked_for(MapType type)
    {
        // Few keys in few elements: each is deleted, made anew and replaced all the time.
        using MapSet maps = Make(Define(type, 8, 32, 6), cpus: 2);
        Together((thread, _) =>
        {
            Random random = new(thread);
            byte[] value = new byte[32];
            for (int round = 0; round < Rounds; round++)
            {
                long key = random.Next(8);
                if (thread < 2)
                {
                    Fill(value, (key << 32) | (uint)round);
                    MapError error = random.Next(3) == 0 ? maps[0].Delete(Bytes(key)) : maps[0].Update(Bytes(key), value);
                    Assert.True(error is MapError.None or MapError.NoEntry || (error == MapError.TooBig && type == MapType.Hash));
                }
                else if (maps[0].Lookup(Bytes(key), value) == MapError.None)
                {
                    long first = BitConverter.ToInt64(value);
                    Assert.Equal(key, first >> 32);
                    Assert.True(value.Chunk(sizeof(long)).All(part => BitConverter.ToInt64(part) == first));
                }
            }
        });

        // No element was lost on the way: there is room for as many as at the start.
        for (long key = 0; key < 8; key++)
        {
            maps[0].Delete(Bytes(key));
        }

        Assert.Equal(6, Enumerable.Range(100, 6).Count(key => maps[0].Update(Bytes((long)key), new byte[32], UpdateFlags.NoExist) == MapError.None));
        Assert.Equal(6, Enumerable.Range(100, 6).Count(key => maps[0].Lookup(Bytes((long)key), new byte[32]) == MapError.None));
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
    public void A_key_that_stays_is_always_found_however_its_neighbours_come_and_go()
    {
        // One bucket's worth of elements moves between chains under the readers.
        using MapSet maps = Make(Define(MapType.Hash, 8, 8, 16), cpus: 2);
        foreach (long key in (long[])[1000, 1001])
        {
            maps[0].Update(Bytes(key), Bytes(key));
        }

        Together((thread, _) =>
        {
            Random random = new(thread);
            for (int round = 0; round < Rounds; round++)
            {
                long key = random.Next(24);
                if (thread < 2)
                {
                    MapError error = random.Next(2) == 0 ? maps[0].Update(Bytes(key), Bytes(key)) : maps[0].Delete(Bytes(key));
                    Assert.True(error is MapError.None or MapError.NoEntry or MapError.TooBig);
                }
                else
                {
                    Assert.Equal(1000 + (round & 1), Find(maps[0], Bytes(1000L + (round & 1))));
                }
            }
        });
    }

    [Fact]
    public void The_longest_prefix_that_stays_is_always_found_while_others_come_and_go()
    {
        using MapSet maps = Make(Define(MapType.LpmTrie, 8, 8, 64, MapFlags.NoPreallocation));
        maps[0].Update(Prefix(8, 0x0a000000), Bytes(8L));
        maps[0].Update(Prefix(24, 0x0a010200), Bytes(24L));
        Together((thread, _) =>
        {
            Random random = new(thread);
            for (int round = 0; round < Rounds; round++)
            {
                if (thread < 2)
                {
                    // Around the two, and below the first, but never on the way to the second's own addresses.
                    byte[] key = random.Next(2) == 0
                        ? Prefix(random.Next(1, 32), (uint)random.Next() | 0x80000000)
                        : Prefix(random.Next(17, 33), 0x0a800000 | (uint)random.Next(1 << 16));
                    MapError error = random.Next(2) == 0 ? maps[0].Update(key, Bytes(0L)) : maps[0].Delete(key);
                    Assert.True(error is MapError.None or MapError.NoEntry or MapError.NoSpace);
                }
                else
                {
                    Assert.Equal(24, Find(maps[0], Prefix(32, 0x0a010203)));
                    Assert.Equal(8, Find(maps[0], Prefix(32, 0x0a020304)));
                }
            }
        });
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

    private static byte[] Prefix(int bits, uint address)
    {
        byte[] key = [.. Bytes(bits), .. BitConverter.GetBytes(address)];
        key.AsSpan(sizeof(int)).Reverse();
        return key;
    }

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
