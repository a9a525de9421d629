using System.Runtime.CompilerServices;

namespace NearData.Vm.Maps;

/// <summary>
/// The walk over a hash's keys, chain by chain (<c>BPF_MAP_GET_NEXT_KEY</c>). Only one chain's lock is held at a time: what comes and goes
/// meanwhile may be left out or seen. Any thread.
/// </summary>
/// <param name="index">The hash.</param>
/// <param name="buckets">How many chains it has.</param>
/// <param name="size">Bytes of a key.</param>
internal readonly unsafe struct HashKeys(HashIndex* index, uint buckets, int size)
{
    /// <summary>The key behind another; the first where there is no such key any more.</summary>
    public MapError After(byte* key, byte* next)
    {
        uint hash = index->Hash(key);
        int* bucketLock = index->Enter(hash);
        uint* link = index->FindLink(key, hash);
        bool isInBucket = link is not null && TryCopy(index->At(*link)->Next, next);
        NativeLock.Exit(bucketLock);
        return isInBucket ? MapError.None : FirstOf(link is null ? 0 : index->BucketAfter(hash), next);
    }

    /// <summary>The first key of a chain, or of the first behind it that has one.</summary>
    public MapError FirstOf(uint bucket, byte* next)
    {
        for (; bucket < buckets; bucket++)
        {
            uint* head = index->Head(bucket);
            if ((Volatile.Read(ref *head) & HashElement.End) != 0)
            {
                continue;
            }

            int* bucketLock = index->Enter(bucket);
            bool isFound = TryCopy(*head, next);
            NativeLock.Exit(bucketLock);
            if (isFound)
            {
                return MapError.None;
            }
        }

        return MapError.NoEntry;
    }

    public void Copy(HashElement* element, byte* key) => Unsafe.CopyBlockUnaligned(key, HashElement.KeyOf(element), (uint)size);

    private bool TryCopy(uint number, byte* key)
    {
        bool isElement = (number & HashElement.End) == 0;
        if (isElement)
        {
            Copy(index->At(number), key);
        }

        return isElement;
    }
}
